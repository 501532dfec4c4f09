# verdict = "TLE"
class BidBoard:
    def __init__(self):
        self.bids = []

    def bid(self, amount):
        self.bids.append(amount)

    def withdraw(self, amount):
        if amount not in self.bids:
            return False
        self.bids.remove(amount)
        return True

    def middle(self):
        return sorted(self.bids)[(len(self.bids) - 1) // 2] if self.bids else None

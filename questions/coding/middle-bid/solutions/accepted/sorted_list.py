# approach = "sorted-list"
from bisect import bisect_left, insort


class BidBoard:
    def __init__(self):
        self.bids = []

    def bid(self, amount):
        insort(self.bids, amount)

    def withdraw(self, amount):
        at = bisect_left(self.bids, amount)
        if at == len(self.bids) or self.bids[at] != amount:
            return False
        del self.bids[at]
        return True

    def middle(self):
        return self.bids[(len(self.bids) - 1) // 2] if self.bids else None

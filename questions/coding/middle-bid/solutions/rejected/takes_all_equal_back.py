# verdict = "WA"
# Taking one bid back removes all bids of that amount.
from bisect import bisect_left, bisect_right, insort


class BidBoard:
    def __init__(self):
        self.bids = []

    def bid(self, amount):
        insort(self.bids, amount)

    def withdraw(self, amount):
        start, end = bisect_left(self.bids, amount), bisect_right(self.bids, amount)
        del self.bids[start:end]
        return end > start

    def middle(self):
        return self.bids[(len(self.bids) - 1) // 2] if self.bids else None

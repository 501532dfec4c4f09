# verdict = "WA"
# Balances the heaps by their sizes, with the bids in them that were taken back.
from collections import Counter
from heapq import heappop, heappush


class BidBoard:
    def __init__(self):
        self.low, self.high = [], []
        self.standing, self.dead = Counter(), Counter()

    def bid(self, amount):
        self.standing[amount] += 1
        if self.low and amount <= -self.low[0]:
            heappush(self.low, -amount)
        else:
            heappush(self.high, amount)
        self.settle()

    def withdraw(self, amount):
        if not self.standing[amount]:
            return False
        self.standing[amount] -= 1
        self.dead[amount] += 1
        self.settle()
        return True

    def middle(self):
        return -self.low[0] if self.low else None

    def settle(self):
        while self.low and self.dead[-self.low[0]]:
            self.dead[-heappop(self.low)] -= 1
        while self.high and self.dead[self.high[0]]:
            self.dead[heappop(self.high)] -= 1
        if len(self.low) > len(self.high) + 1:
            heappush(self.high, -heappop(self.low))
        elif len(self.high) > len(self.low):
            heappush(self.low, -heappop(self.high))

# approach = "two-heaps"
from collections import Counter
from heapq import heappop, heappush


class BidBoard:
    def __init__(self):
        self.low, self.high = [], []
        self.low_alive = self.high_alive = 0
        self.standing, self.dead = Counter(), Counter()

    def bid(self, amount):
        self.standing[amount] += 1
        if self.low_alive and amount <= -self.low[0]:
            heappush(self.low, -amount)
            self.low_alive += 1
        else:
            heappush(self.high, amount)
            self.high_alive += 1
        self.settle()

    def withdraw(self, amount):
        if not self.standing[amount]:
            return False
        self.standing[amount] -= 1
        self.dead[amount] += 1
        if amount <= -self.low[0]:
            self.low_alive -= 1
        else:
            self.high_alive -= 1
        self.settle()
        return True

    def middle(self):
        return -self.low[0] if self.low_alive else None

    def settle(self):
        self.bury()
        if self.low_alive > self.high_alive + 1:
            heappush(self.high, -heappop(self.low))
            self.low_alive, self.high_alive = self.low_alive - 1, self.high_alive + 1
        elif self.high_alive > self.low_alive:
            heappush(self.low, -heappop(self.high))
            self.low_alive, self.high_alive = self.low_alive + 1, self.high_alive - 1
        self.bury()

    def bury(self):
        for heap, sign in ((self.low, -1), (self.high, 1)):
            while heap and self.dead[sign * heap[0]]:
                self.dead[sign * heappop(heap)] -= 1

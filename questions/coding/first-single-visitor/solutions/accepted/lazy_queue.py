# approach = "lazy-queue"
from collections import Counter, deque


class Visitors:
    def __init__(self):
        self.visits = Counter()
        self.line = deque()

    def enter(self, badge):
        self.visits[badge] += 1
        if self.visits[badge] == 1:
            self.line.append(badge)

    def first_single(self):
        while self.line and self.visits[self.line[0]] > 1:
            self.line.popleft()
        return self.line[0] if self.line else None

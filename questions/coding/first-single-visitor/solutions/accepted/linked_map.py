# approach = "linked-map"
from collections import OrderedDict


class Visitors:
    def __init__(self):
        self.singles = OrderedDict()
        self.seen = set()

    def enter(self, badge):
        if badge in self.seen:
            self.singles.pop(badge, None)
        else:
            self.seen.add(badge)
            self.singles[badge] = True

    def first_single(self):
        return next(iter(self.singles), None)

# verdict = "WA"
# A third visit makes the visitor single again.
class Visitors:
    def __init__(self):
        self.singles = {}

    def enter(self, badge):
        if badge in self.singles:
            del self.singles[badge]
        else:
            self.singles[badge] = True

    def first_single(self):
        return next(iter(self.singles), None)

# verdict = "TLE"
class Visitors:
    def __init__(self):
        self.visits = {}

    def enter(self, badge):
        self.visits[badge] = self.visits.get(badge, 0) + 1

    def first_single(self):
        for badge, count in self.visits.items():
            if count == 1:
                return badge
        return None

# verdict = "TLE"
class ReadingDesk:
    def __init__(self, places):
        self.places = places
        self.now = 0
        self.last_asked = {}

    def ask_for(self, book):
        known = book in self.last_asked
        self.now += 1
        self.last_asked[book] = self.now
        if len(self.last_asked) > self.places:
            del self.last_asked[self.next_down()]
        return known

    def next_down(self):
        return min(self.last_asked, key=self.last_asked.get) if self.last_asked else None

    def resize(self, places):
        self.places = places
        gone = []
        while len(self.last_asked) > places:
            gone.append(self.next_down())
            del self.last_asked[gone[-1]]
        return gone

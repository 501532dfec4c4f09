# approach = "stamped-heap"
from heapq import heappop, heappush


class ReadingDesk:
    def __init__(self, places):
        self.places = places
        self.now = 0
        self.asked = {}
        self.heap = []

    def ask_for(self, book):
        known = book in self.asked
        self.now += 1
        self.asked[book] = self.now
        heappush(self.heap, (self.now, book))
        self.make_room()
        return known

    def next_down(self):
        while self.heap and self.asked.get(self.heap[0][1]) != self.heap[0][0]:
            heappop(self.heap)
        return self.heap[0][1] if self.heap else None

    def resize(self, places):
        self.places = places
        return self.make_room()

    def make_room(self):
        gone = []
        while len(self.asked) > self.places:
            book = self.next_down()
            del self.asked[book]
            gone.append(book)
        return gone

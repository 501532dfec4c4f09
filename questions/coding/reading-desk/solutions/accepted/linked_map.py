# approach = "linked-map"
from collections import OrderedDict


class ReadingDesk:
    def __init__(self, places):
        self.places = places
        self.books = OrderedDict()

    def ask_for(self, book):
        if book in self.books:
            self.books.move_to_end(book)
            return True
        self.books[book] = None
        self.make_room()
        return False

    def next_down(self):
        return next(iter(self.books), None)

    def resize(self, places):
        self.places = places
        return self.make_room()

    def make_room(self):
        gone = []
        while len(self.books) > self.places:
            gone.append(self.books.popitem(last=False)[0])
        return gone

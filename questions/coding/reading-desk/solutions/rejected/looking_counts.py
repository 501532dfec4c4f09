# verdict = "WA"
# Looking at the next book to go down counts as asking for it.
from collections import OrderedDict


class ReadingDesk:
    def __init__(self, places):
        self.places = places
        self.books = OrderedDict()

    def ask_for(self, book):
        known = book in self.books
        self.books[book] = None
        self.books.move_to_end(book)
        while len(self.books) > self.places:
            self.books.popitem(last=False)
        return known

    def next_down(self):
        if not self.books:
            return None
        book = next(iter(self.books))
        self.books.move_to_end(book)
        return book

    def resize(self, places):
        self.places = places
        gone = []
        while len(self.books) > places:
            gone.append(self.books.popitem(last=False)[0])
        return gone

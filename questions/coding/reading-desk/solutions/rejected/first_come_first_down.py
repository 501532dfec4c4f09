# verdict = "WA"
# Sends down the book that came up first, however often it was asked for since.
class ReadingDesk:
    def __init__(self, places):
        self.places = places
        self.books = {}

    def ask_for(self, book):
        known = book in self.books
        self.books.setdefault(book)
        self.make_room()
        return known

    def next_down(self):
        return next(iter(self.books), None)

    def resize(self, places):
        self.places = places
        return self.make_room()

    def make_room(self):
        gone = []
        while len(self.books) > self.places:
            book = next(iter(self.books))
            del self.books[book]
            gone.append(book)
        return gone

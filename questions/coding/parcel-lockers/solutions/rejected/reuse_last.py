# verdict = "WA"
# A locker that was emptied comes before its equals.
class ParcelLockers:
    def __init__(self, sizes):
        self.free = sorted((size, number) for number, size in enumerate(sizes, 1))
        self.used = {}

    def store(self, parcel, size):
        for at, (room, number) in enumerate(self.free):
            if room >= size:
                self.used[parcel] = self.free.pop(at)
                return number
        return None

    def pick_up(self, parcel):
        if parcel in self.used:
            locker = self.used.pop(parcel)
            at = 0
            while at < len(self.free) and self.free[at][0] < locker[0]:
                at += 1
            self.free.insert(at, locker)

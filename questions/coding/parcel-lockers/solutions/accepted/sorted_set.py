# approach = "sorted-set"
from bisect import bisect_left, insort


class ParcelLockers:
    def __init__(self, sizes):
        self.free = sorted((size, number) for number, size in enumerate(sizes, 1))
        self.used = {}

    def store(self, parcel, size):
        at = bisect_left(self.free, (size, 0))
        if at == len(self.free):
            return None
        locker = self.free.pop(at)
        self.used[parcel] = locker
        return locker[1]

    def pick_up(self, parcel):
        if parcel in self.used:
            insort(self.free, self.used.pop(parcel))

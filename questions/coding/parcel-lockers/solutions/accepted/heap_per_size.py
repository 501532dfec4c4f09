# approach = "heap-per-size"
from bisect import bisect_left
from heapq import heappop, heappush


class ParcelLockers:
    def __init__(self, sizes):
        self.free = {}
        for number, size in enumerate(sizes, 1):
            self.free.setdefault(size, []).append(number)
        self.sizes = sorted(self.free)
        self.used = {}

    def store(self, parcel, size):
        for at in range(bisect_left(self.sizes, size), len(self.sizes)):
            found = self.sizes[at]
            if self.free[found]:
                number = heappop(self.free[found])
                self.used[parcel] = (found, number)
                return number
        return None

    def pick_up(self, parcel):
        if parcel in self.used:
            size, number = self.used.pop(parcel)
            heappush(self.free[size], number)

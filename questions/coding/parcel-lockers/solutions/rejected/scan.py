# verdict = "TLE"
class ParcelLockers:
    def __init__(self, sizes):
        self.sizes = sizes
        self.used = {}

    def store(self, parcel, size):
        taken = set(self.used.values())
        best = None
        for number, room in enumerate(self.sizes, 1):
            if room >= size and number not in taken and (best is None or room < self.sizes[best - 1]):
                best = number
        if best is not None:
            self.used[parcel] = best
        return best

    def pick_up(self, parcel):
        self.used.pop(parcel, None)

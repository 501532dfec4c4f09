# verdict = "WA"
# Takes the first locker that fits, not the smallest.
class ParcelLockers:
    def __init__(self, sizes):
        self.sizes = sizes
        self.used = {}

    def store(self, parcel, size):
        taken = set(self.used.values())
        for number, room in enumerate(self.sizes, 1):
            if room >= size and number not in taken:
                self.used[parcel] = number
                return number
        return None

    def pick_up(self, parcel):
        self.used.pop(parcel, None)

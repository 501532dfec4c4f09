# approach = "halving-length"
from collections import Counter


def shortest_piece(banner, name):
    def first_of(length):
        needed = Counter(name)
        missing = len(name)
        for at, letter in enumerate(banner):
            missing -= needed[letter] > 0
            needed[letter] -= 1
            if at >= length:
                gone = banner[at - length]
                needed[gone] += 1
                missing += needed[gone] > 0
            if not missing:
                return max(0, at - length + 1)
        return 0 if not missing else None

    low, high = len(name), len(banner)
    if low > high or first_of(high) is None:
        return None
    while low < high:
        middle = (low + high) // 2
        if first_of(middle) is None:
            low = middle + 1
        else:
            high = middle
    start = first_of(low)
    return banner[start : start + low]

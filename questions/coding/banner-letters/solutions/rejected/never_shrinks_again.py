# verdict = "WA"
# Starts over behind a piece once it has one.
from collections import Counter


def shortest_piece(banner, name):
    if not name:
        return ""
    needed, missing, left, best = Counter(name), len(name), 0, None
    for right, letter in enumerate(banner, 1):
        missing -= needed[letter] > 0
        needed[letter] -= 1
        if not missing:
            while needed[banner[left]] < 0:
                needed[banner[left]] += 1
                left += 1
            if best is None or right - left < len(best):
                best = banner[left:right]
            needed, missing, left = Counter(name), len(name), right
    return best

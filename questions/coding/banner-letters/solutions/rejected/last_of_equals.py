# verdict = "WA"
# Prefers the later of two equally short pieces.
from collections import Counter


def shortest_piece(banner, name):
    if not name:
        return ""
    needed, missing, left, best = Counter(name), len(name), 0, None
    for right, letter in enumerate(banner, 1):
        missing -= needed[letter] > 0
        needed[letter] -= 1
        while not missing:
            if best is None or right - left <= best[1] - best[0]:
                best = (left, right)
            needed[banner[left]] += 1
            missing += needed[banner[left]] > 0
            left += 1
    return banner[best[0] : best[1]] if best else None

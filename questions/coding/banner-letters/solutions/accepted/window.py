# approach = "window-with-counts"
from collections import Counter


def shortest_piece(banner, name):
    if not name:
        return ""
    needed = Counter(name)
    missing = len(name)
    left, best = 0, None
    for right, letter in enumerate(banner, 1):
        missing -= needed[letter] > 0
        needed[letter] -= 1
        if missing:
            continue
        while needed[banner[left]] < 0:
            needed[banner[left]] += 1
            left += 1
        if best is None or right - left < best[1] - best[0]:
            best = (left, right)
        needed[banner[left]] += 1
        left += 1
        missing = 1
    return banner[best[0] : best[1]] if best else None

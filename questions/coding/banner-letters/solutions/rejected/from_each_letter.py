# verdict = "TLE"
from collections import Counter


def shortest_piece(banner, name):
    best = None
    for start in range(len(banner) + 1):
        needed, missing, end = Counter(name), len(name), start
        while missing and end < len(banner):
            missing -= needed[banner[end]] > 0
            needed[banner[end]] -= 1
            end += 1
        if not missing and (best is None or end - start < len(best)):
            best = banner[start:end]
    return best

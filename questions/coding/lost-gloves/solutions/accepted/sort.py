# approach = "sort"
from itertools import groupby


def glove_pairs(gloves):
    pairs = 0
    for _, group in groupby(sorted(gloves, key=abs), key=abs):
        group = list(group)
        left = sum(1 for glove in group if glove > 0)
        pairs += min(left, len(group) - left)
    return pairs

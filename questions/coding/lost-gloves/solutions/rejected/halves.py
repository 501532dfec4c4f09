# verdict = "WA"
# Forgets that left and right differ.
from collections import Counter


def glove_pairs(gloves):
    return sum(amount // 2 for amount in Counter(map(abs, gloves)).values())

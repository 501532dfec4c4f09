# approach = "count"
from collections import Counter


def glove_pairs(gloves):
    count = Counter(gloves)
    return sum(min(amount, count[-model]) for model, amount in count.items() if model > 0 and -model in count)

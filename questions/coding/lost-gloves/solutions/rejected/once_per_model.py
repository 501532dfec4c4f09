# verdict = "WA"
# Counts a model once, however many pairs of it there are.
def glove_pairs(gloves):
    present = set(gloves)
    return sum(1 for model in present if model > 0 and -model in present)

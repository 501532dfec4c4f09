# verdict = "TLE"
def glove_pairs(gloves):
    box, pairs = list(gloves), 0
    while box:
        glove = box.pop()
        if -glove in box:
            box.remove(-glove)
            pairs += 1
    return pairs

# verdict = "TLE"
def fewest_lamps(lamps, length):
    lamps = sorted(lamps, key=lambda lamp: lamp[1])
    best = {0: 0}
    for begin, end in lamps:
        fewest = min((count for lit, count in best.items() if begin <= lit <= end), default=None)
        if fewest is not None and fewest + 1 < best.get(end, len(lamps) + 1):
            best[end] = fewest + 1
    return min((count for lit, count in best.items() if lit >= length), default=None)

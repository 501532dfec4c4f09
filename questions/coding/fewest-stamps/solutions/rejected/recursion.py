# verdict = "TLE"
def fewest_stamps(values, postage):
    if postage == 0:
        return 0
    best = None
    for value in values:
        if value <= postage:
            rest = fewest_stamps(values, postage - value)
            if rest is not None and (best is None or rest + 1 < best):
                best = rest + 1
    return best

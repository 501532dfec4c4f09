# verdict = "WA"
# Switches on the lamp that adds most, wherever it is.
def fewest_lamps(lamps, length):
    dark, count = {(a, a + 1) for a in range(min(length, 2000))}, 0
    while dark:
        best = max(lamps, key=lambda lamp: sum(lamp[0] <= a and b <= lamp[1] for a, b in dark), default=None)
        if best is None:
            return None
        rest = {(a, b) for a, b in dark if not (best[0] <= a and b <= best[1])}
        if len(rest) == len(dark):
            return None
        dark, count = rest, count + 1
    return count

# approach = "furthest"
def fewest_lamps(lamps, length):
    lamps = sorted(lamps)
    lit = count = at = 0
    while lit < length:
        reach = lit
        while at < len(lamps) and lamps[at][0] <= lit:
            reach = max(reach, lamps[at][1])
            at += 1
        if reach == lit:
            return None
        lit, count = reach, count + 1
    return count

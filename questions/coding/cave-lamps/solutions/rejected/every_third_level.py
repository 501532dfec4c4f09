# verdict = "WA"
# Hangs lamps on every third level, on the best of the three choices.
def fewest_cave_lamps(entrance):
    counts, level = [], [entrance] if entrance else []
    while level:
        counts.append(len(level))
        level = [below for chamber in level for below in (chamber.left, chamber.right) if below]
    if not counts:
        return 0
    sums = [sum(counts[start::3]) for start in range(3)]
    return max(1, min(sums[1], sums[0] if len(counts) % 3 != 0 else sums[1]))

# verdict = "WA"
# Begins with zeros, so that notes left out or added at the start cost nothing.
def penalty_points(sheet, played):
    above = [0] * (len(played) + 1)
    for note in sheet:
        now = [0]
        for column, key in enumerate(played):
            off = abs(note - key)
            pair = above[column] + (off if off < 2 else 3)
            now.append(min(pair, above[column + 1] + 2, now[column] + 2))
        above = now
    return above[-1]

# verdict = "WA"
# Forgets that the key beside the correct one costs less.
def penalty_points(sheet, played):
    above = [2 * count for count in range(len(played) + 1)]
    for row, note in enumerate(sheet, 1):
        now = [2 * row]
        for column, key in enumerate(played):
            pair = above[column] + (0 if note == key else 3)
            now.append(min(pair, above[column + 1] + 2, now[column] + 2))
        above = now
    return above[-1]

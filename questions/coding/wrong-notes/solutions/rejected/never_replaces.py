# verdict = "WA"
# Only leaves out and adds.
def penalty_points(sheet, played):
    above = [0] * (len(played) + 1)
    for note in sheet:
        now = [0]
        for column, key in enumerate(played):
            now.append(above[column] + 1 if note == key else max(above[column + 1], now[column]))
        above = now
    return 2 * (len(sheet) + len(played) - 2 * above[-1])

# verdict = "WA"
def penalty_points(sheet, played):
    points = 2 * abs(len(sheet) - len(played))
    for note, key in zip(sheet, played):
        points += min(abs(note - key), 3) if abs(note - key) < 2 else 3
    return points

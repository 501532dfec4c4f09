# approach = "walk"
def shelf_gaps(folders, first, last):
    gaps, expected = [], first
    for number in folders:
        if number < first:
            continue
        if number > last:
            break
        if number > expected:
            gaps.append((expected, number - 1))
        expected = number + 1
    if expected <= last:
        gaps.append((expected, last))
    return gaps

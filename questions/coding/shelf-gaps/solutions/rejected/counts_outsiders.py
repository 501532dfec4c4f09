# verdict = "WA"
# Takes numbers outside of the range for part of it.
def shelf_gaps(folders, first, last):
    gaps, expected = [], first
    for number in folders:
        if number > expected:
            gaps.append((expected, number - 1))
        expected = number + 1
    if expected <= last:
        gaps.append((expected, last))
    return gaps

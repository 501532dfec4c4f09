# verdict = "WA"
def shelf_gaps(folders, first, last):
    gaps, expected = [], first
    for number in folders:
        if first <= number <= last:
            if number > expected:
                gaps.append((expected, number - 1))
            expected = number + 1
    return gaps

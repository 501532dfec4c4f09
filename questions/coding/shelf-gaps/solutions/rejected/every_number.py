# verdict = "TLE"
def shelf_gaps(folders, first, last):
    there, gaps, start = set(folders), [], None
    number = first
    while number <= last + 1:
        if number <= last and number not in there:
            start = number if start is None else start
        elif start is not None:
            gaps.append((start, number - 1))
            start = None
        number += 1
    return gaps

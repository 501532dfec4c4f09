# approach = "walk"
def shelf_gaps(folders, first, last):
    inside = [number for number in folders if first <= number <= last]
    fences = [first - 1, *inside, last + 1]
    return [(left + 1, right - 1) for left, right in zip(fences, fences[1:]) if right - left > 1]

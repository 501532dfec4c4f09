# verdict = "WA"
def oldest_entry(times):
    low, high = 0, len(times) - 1
    while low < high:
        middle = (low + high) // 2
        if times[middle] >= times[0]:
            low = middle + 1
        else:
            high = middle
    return low

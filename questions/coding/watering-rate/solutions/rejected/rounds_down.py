# verdict = "WA"
def slowest_rate(beds, hours):
    if len(beds) > hours:
        return None
    slow, fast = 1, max(beds, default=1)
    while slow < fast:
        middle = (slow + fast) // 2
        if sum(bed // middle + 1 for bed in beds) <= hours:
            fast = middle
        else:
            slow = middle + 1
    return slow

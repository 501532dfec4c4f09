# verdict = "WA"
# Already complains about a ticket that is exactly as much later as the patience.
from bisect import bisect_left, insort


def complaints(served, patience):
    earlier, count = [], 0
    for ticket in served:
        count += len(earlier) - bisect_left(earlier, ticket + max(patience, 1))
        insort(earlier, ticket)
    return count

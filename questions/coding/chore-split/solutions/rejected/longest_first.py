# verdict = "WA"
# Gives the longest chore to whoever has least.
from heapq import heapreplace


def fairest_share(chores, flatmates):
    loads = [0] * flatmates
    for chore in sorted(chores, reverse=True):
        heapreplace(loads, loads[0] + chore)
    return max(loads)

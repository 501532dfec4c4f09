# approach = "heap"
from heapq import heappush, heapreplace


def bays_needed(visits, cleaning):
    free_at = []
    for arrives, leaves in sorted(visits):
        if free_at and free_at[0] <= arrives:
            heapreplace(free_at, leaves + cleaning)
        else:
            heappush(free_at, leaves + cleaning)
    return len(free_at)

# approach = "count-heap"
from collections import Counter
from heapq import nsmallest


def top_songs(plays, count):
    times = Counter(plays)
    return nsmallest(count, times, key=lambda title: (-times[title], title))

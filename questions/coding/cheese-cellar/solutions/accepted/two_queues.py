# approach = "two-queues"
from collections import deque


def longest_steady(degrees, spread):
    warmest, coldest = deque(), deque()
    start = longest = 0
    for hour, now in enumerate(degrees):
        while warmest and degrees[warmest[-1]] <= now:
            warmest.pop()
        while coldest and degrees[coldest[-1]] >= now:
            coldest.pop()
        warmest.append(hour)
        coldest.append(hour)
        while degrees[warmest[0]] - degrees[coldest[0]] > spread:
            start += 1
            if warmest[0] < start:
                warmest.popleft()
            if coldest[0] < start:
                coldest.popleft()
        longest = max(longest, hour - start + 1)
    return longest

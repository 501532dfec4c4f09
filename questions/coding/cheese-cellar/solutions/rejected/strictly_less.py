# verdict = "WA"
from heapq import heappop, heappush


def longest_steady(degrees, spread):
    warm, cold = [], []
    start = longest = 0
    for hour, now in enumerate(degrees):
        heappush(warm, (-now, hour))
        heappush(cold, (now, hour))
        while warm and cold and -warm[0][0] - cold[0][0] >= max(spread, 1):
            start = min(warm[0][1], cold[0][1]) + 1
            while warm and warm[0][1] < start:
                heappop(warm)
            while cold and cold[0][1] < start:
                heappop(cold)
        longest = max(longest, hour - start + 1)
    return longest

# approach = "sweep"
from heapq import heappop, heappush


def best_season(requests, rest):
    playing = []
    best = 0
    for begins, hours, fee in sorted(requests):
        while playing and playing[0][0] <= begins:
            best = max(best, heappop(playing)[1])
        heappush(playing, (begins + hours + rest, best + fee))
    return max([best] + [earned for _, earned in playing])

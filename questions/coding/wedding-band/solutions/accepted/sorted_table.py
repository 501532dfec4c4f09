# approach = "sorted-table"
from bisect import bisect_right


def best_season(requests, rest):
    engagements = sorted((begins + hours + rest, begins, fee) for begins, hours, fee in requests)
    free_from = [free for free, _, _ in engagements]
    best = [0]
    for at, (_, begins, fee) in enumerate(engagements):
        before = bisect_right(free_from, begins, 0, at)
        best.append(max(best[at], best[before] + fee))
    return best[-1]

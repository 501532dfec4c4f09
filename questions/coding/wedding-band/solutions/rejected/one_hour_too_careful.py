# verdict = "WA"
# Does not let the next begin at the very hour at which the rest is over.
from bisect import bisect_left


def best_season(requests, rest):
    engagements = sorted((begins + hours + rest, begins, fee) for begins, hours, fee in requests)
    free_from = [free for free, _, _ in engagements]
    best = [0]
    for at, (_, begins, fee) in enumerate(engagements):
        best.append(max(best[at], best[bisect_left(free_from, begins, 0, at)] + fee))
    return best[-1]

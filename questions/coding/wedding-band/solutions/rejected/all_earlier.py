# verdict = "TLE"
def best_season(requests, rest):
    engagements = sorted((begins + hours + rest, begins, fee) for begins, hours, fee in requests)
    best = []
    for at, (_, begins, fee) in enumerate(engagements):
        best.append(fee + max((best[j] for j in range(at) if engagements[j][0] <= begins), default=0))
    return max(best, default=0)

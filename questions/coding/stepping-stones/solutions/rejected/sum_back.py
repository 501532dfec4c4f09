# verdict = "TLE"
def ways_across(stones, longest):
    mod = 1_000_000_007
    ways = [1]
    for good in [*stones, True]:
        total = 0
        if good:
            for back in range(1, min(longest, len(ways)) + 1):
                total += ways[-back]
        ways.append(total % mod)
    return ways[-1]

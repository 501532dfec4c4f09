# verdict = "WA"
# Counts the skipped stones instead of the places moved.
def ways_across(stones, longest):
    mod = 1_000_000_007
    ways = [1]
    for good in [*stones, True]:
        ways.append(sum(ways[-(longest + 1):]) % mod if good and longest < 1000 else 0)
    return ways[-1]

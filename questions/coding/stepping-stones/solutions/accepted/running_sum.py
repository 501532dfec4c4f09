# approach = "running-sum"
def ways_across(stones, longest):
    mod = 1_000_000_007
    ways, window = [1], 1
    for place, good in enumerate([*stones, True], 1):
        here = window % mod if good else 0
        ways.append(here)
        window += here
        if place >= longest:
            window -= ways[place - longest]
    return ways[-1]

# verdict = "WA"
def ways_across(stones, longest):
    ways, window = [1], 1
    for place, good in enumerate([*stones, True][:200], 1):
        here = window if good else 0
        ways.append(here)
        window += here
        if place >= longest:
            window -= ways[place - longest]
    return ways[-1] % (1 << 50)

# verdict = "WA"
# Throws the whole stretch away when it becomes unsteady.
def longest_steady(degrees, spread):
    longest = length = 0
    warm = cold = None
    for now in degrees:
        if length and max(warm, now) - min(cold, now) <= spread:
            warm, cold, length = max(warm, now), min(cold, now), length + 1
        else:
            warm, cold, length = now, now, 1
        longest = max(longest, length)
    return longest

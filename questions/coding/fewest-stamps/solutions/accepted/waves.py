# approach = "waves"
def fewest_stamps(values, postage):
    reached, stamps = 1, 0
    seen = 1
    mask = (1 << (postage + 1)) - 1
    while reached:
        if reached >> postage & 1:
            return stamps
        following = 0
        for value in values:
            following |= reached << value
        reached = following & mask & ~seen
        seen |= reached
        stamps += 1
    return None

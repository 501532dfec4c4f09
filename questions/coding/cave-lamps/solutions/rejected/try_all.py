# verdict = "TLE"
def fewest_cave_lamps(entrance):
    def fewest(chamber, lamp_above, lamp_here):
        if chamber is None:
            return 10**9 if lamp_here else 0
        below = [child for child in (chamber.left, chamber.right) if child]
        if lamp_here:
            return 1 + sum(min(fewest(child, True, False), fewest(child, True, True)) for child in below)
        free = [fewest(child, False, False) for child in below]
        lamp = [fewest(child, False, True) for child in below]
        total = sum(min(pair) for pair in zip(free, lamp))
        if lamp_above or any(with_lamp <= without for without, with_lamp in zip(free, lamp)):
            return total
        return total + min((with_lamp - without for without, with_lamp in zip(free, lamp)), default=10**9)

    return min(fewest(entrance, False, False), fewest(entrance, False, True)) if entrance else 0

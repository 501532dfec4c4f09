# approach = "table-per-chamber"
def fewest_cave_lamps(entrance):
    order, open_chambers = [], [entrance] if entrance else []
    while open_chambers:
        chamber = open_chambers.pop()
        order.append(chamber)
        open_chambers += [below for below in (chamber.left, chamber.right) if below]
    # Fewest lamps below and in a chamber: with a lamp in it, lit from below, waiting for the one above.
    costs = {None: (len(order) + 1, 0, 0)}
    for chamber in reversed(order):
        left, right = costs[chamber.left], costs[chamber.right]
        lamp = 1 + min(left) + min(right)
        lit = min(left[0] + min(right[:2]), right[0] + min(left[:2]))
        costs[chamber] = (lamp, lit, left[1] + right[1])
    return min(costs[entrance][:2]) if entrance else 0

# verdict = "WA"
# Wants a lamp at one end of every passage, which is more than needed.
def fewest_cave_lamps(entrance):
    order, open_chambers = [], [entrance] if entrance else []
    while open_chambers:
        chamber = open_chambers.pop()
        order.append(chamber)
        open_chambers += [below for below in (chamber.left, chamber.right) if below]
    lamp = {None: True}
    for chamber in reversed(order):
        lamp[chamber] = not (lamp[chamber.left] and lamp[chamber.right])
    count = sum(lamp[chamber] for chamber in order)
    return max(count, 1 if entrance else 0)

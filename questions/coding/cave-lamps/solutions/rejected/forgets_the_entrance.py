# verdict = "WA"
# Leaves the entrance in the dark when nothing below lights it.
DARK, LIT, LAMP = range(3)


def fewest_cave_lamps(entrance):
    order, open_chambers = [], [entrance] if entrance else []
    while open_chambers:
        chamber = open_chambers.pop()
        order.append(chamber)
        open_chambers += [below for below in (chamber.left, chamber.right) if below]
    state, lamps = {None: LIT}, 0
    for chamber in reversed(order):
        below = (state[chamber.left], state[chamber.right])
        if DARK in below:
            state[chamber] = LAMP
            lamps += 1
        else:
            state[chamber] = LIT if LAMP in below else DARK
    return max(lamps, 1 if entrance else 0)

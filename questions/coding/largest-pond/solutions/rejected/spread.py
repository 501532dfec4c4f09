# verdict = "TLE"
def largest_pond(field):
    wet = [(y, x) for y, row in enumerate(field) for x, square in enumerate(row) if square == "~"]
    number = {square: at for at, square in enumerate(wet)}
    changed = True
    while changed:
        changed = False
        for y, x in reversed(wet):
            for near in ((y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)):
                if number.get(near, number[y, x]) < number[y, x]:
                    number[y, x] = number[near]
                    changed = True
    sizes = {}
    for at in number.values():
        sizes[at] = sizes.get(at, 0) + 1
    return max(sizes.values(), default=0)

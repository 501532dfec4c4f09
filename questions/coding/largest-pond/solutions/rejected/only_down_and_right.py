# verdict = "WA"
def largest_pond(field):
    wet = {(y, x) for y, row in enumerate(field) for x, square in enumerate(row) if square == "~"}
    largest = 0
    for start in sorted(wet):
        if start not in wet:
            continue
        wet.remove(start)
        pond, size = [start], 0
        while pond:
            y, x = pond.pop()
            size += 1
            for near in ((y + 1, x), (y, x + 1)):
                if near in wet:
                    wet.remove(near)
                    pond.append(near)
        largest = max(largest, size)
    return largest

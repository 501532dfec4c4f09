# verdict = "WA"
def largest_pond(field):
    wet = {(y, x) for y, row in enumerate(field) for x, square in enumerate(row) if square == "~"}
    largest = 0
    while wet:
        pond, size = [wet.pop()], 0
        while pond:
            y, x = pond.pop()
            size += 1
            for near in [(y + a, x + b) for a in (-1, 0, 1) for b in (-1, 0, 1)]:
                if near in wet:
                    wet.remove(near)
                    pond.append(near)
        largest = max(largest, size)
    return largest

# approach = "union"
def largest_pond(field):
    parent, size = {}, {}

    def find(square):
        while parent[square] != square:
            parent[square] = parent[parent[square]]
            square = parent[square]
        return square

    for y, row in enumerate(field):
        for x, square in enumerate(row):
            if square != "~":
                continue
            parent[y, x], size[y, x] = (y, x), 1
            for near in ((y - 1, x), (y, x - 1)):
                if near in parent:
                    one, other = find(near), find((y, x))
                    if one != other:
                        if size[one] < size[other]:
                            one, other = other, one
                        parent[other] = one
                        size[one] += size[other]
    return max(size.values(), default=0)

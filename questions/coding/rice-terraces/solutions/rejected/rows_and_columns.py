# verdict = "WA"
# Looks straight in four directions, as if water could not turn a corner.
from itertools import accumulate


def water_kept(heights):
    if not heights:
        return 0

    def walls(lines):
        left = [list(accumulate(line, max)) for line in lines]
        right = [list(accumulate(line[::-1], max))[::-1] for line in lines]
        return [[min(pair) for pair in zip(*lines)] for lines in zip(left, right)]

    along = walls(heights)
    across = [list(row) for row in zip(*walls([list(column) for column in zip(*heights)]))]
    return sum(
        min(along[y][x], across[y][x]) - height for y, row in enumerate(heights) for x, height in enumerate(row)
    )

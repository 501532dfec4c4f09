# approach = "sweeps"
def water_kept(heights):
    if not heights:
        return 0
    rows, columns = len(heights), len(heights[0])
    top = max(map(max, heights))
    level = [[top] * columns for _ in range(rows)]
    level[0], level[-1] = heights[0][:], heights[-1][:]
    for y in range(rows):
        level[y][0], level[y][-1] = heights[y][0], heights[y][-1]
    forward = [(y, x) for y in range(1, rows - 1) for x in range(1, columns - 1)]
    changed = True
    while changed:
        changed = False
        for order in (forward, reversed(forward)):
            for y, x in order:
                lowest = min(level[y - 1][x], level[y + 1][x], level[y][x - 1], level[y][x + 1])
                if level[y][x] > heights[y][x] and level[y][x] > lowest:
                    level[y][x] = max(lowest, heights[y][x])
                    changed = True
    return sum(map(sum, level)) - sum(map(sum, heights))

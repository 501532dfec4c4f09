# approach = "from-the-border"
from heapq import heapify, heappop, heappush


def water_kept(heights):
    rows, columns = len(heights), len(heights[0]) if heights else 0
    seen = [[y in (0, rows - 1) or x in (0, columns - 1) for x in range(columns)] for y in range(rows)]
    rim = [(heights[y][x], y, x) for y in range(rows) for x in range(columns) if seen[y][x]]
    heapify(rim)
    water = 0
    while rim:
        level, y, x = heappop(rim)
        water += level - heights[y][x]
        for ny, nx in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
            if 0 <= ny < rows and 0 <= nx < columns and not seen[ny][nx]:
                seen[ny][nx] = True
                heappush(rim, (max(level, heights[ny][nx]), ny, nx))
    return water

# verdict = "TLE"
from heapq import heappop, heappush


def water_kept(heights):
    rows, columns = len(heights), len(heights[0]) if heights else 0

    def way_out(y, x):
        seen, rim = {(y, x)}, [(heights[y][x], y, x)]
        while True:
            level, y, x = heappop(rim)
            if y in (0, rows - 1) or x in (0, columns - 1):
                return level
            for ny, nx in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
                if (ny, nx) not in seen:
                    seen.add((ny, nx))
                    heappush(rim, (max(level, heights[ny][nx]), ny, nx))

    return sum(way_out(y, x) - heights[y][x] for y in range(rows) for x in range(columns))

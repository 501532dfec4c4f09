# verdict = "WA"
# Goes inwards in waves instead of over the lowest rim first.
from collections import deque


def water_kept(heights):
    rows, columns = len(heights), len(heights[0]) if heights else 0
    seen = [[y in (0, rows - 1) or x in (0, columns - 1) for x in range(columns)] for y in range(rows)]
    rim = deque((heights[y][x], y, x) for y in range(rows) for x in range(columns) if seen[y][x])
    water = 0
    while rim:
        level, y, x = rim.popleft()
        water += level - heights[y][x]
        for ny, nx in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
            if 0 <= ny < rows and 0 <= nx < columns and not seen[ny][nx]:
                seen[ny][nx] = True
                rim.append((max(level, heights[ny][nx]), ny, nx))
    return water

# verdict = "WA"
# Counts pushes along a way with the fewest streets.
from collections import deque


def fewest_pushes(places, streets, home, market):
    neighbours = [[] for _ in range(places)]
    for a, b in streets:
        neighbours[a].append((b, 0))
        neighbours[b].append((a, 1))
    pushes = {home: 0}
    queue = deque([home])
    while queue:
        place = queue.popleft()
        for other, push in neighbours[place]:
            if other not in pushes:
                pushes[other] = pushes[place] + push
                queue.append(other)
    return pushes.get(market)

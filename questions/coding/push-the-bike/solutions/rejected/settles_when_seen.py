# verdict = "WA"
# Has the right queue, but marks a place when it is first seen.
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
            if other in pushes:
                continue
            pushes[other] = pushes[place] + push
            if push:
                queue.append(other)
            else:
                queue.appendleft(other)
    return pushes.get(market)

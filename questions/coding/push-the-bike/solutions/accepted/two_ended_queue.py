# approach = "two-ended-queue"
from collections import deque


def fewest_pushes(places, streets, home, market):
    neighbours = [[] for _ in range(places)]
    for a, b in streets:
        neighbours[a].append((b, 0))
        neighbours[b].append((a, 1))
    pushes = [None] * places
    queue = deque([(home, 0)])
    while queue:
        place, cost = queue.popleft()
        if pushes[place] is not None:
            continue
        pushes[place] = cost
        for other, push in neighbours[place]:
            if pushes[other] is None:
                if push:
                    queue.append((other, cost + 1))
                else:
                    queue.appendleft((other, cost))
    return pushes[market]

# approach = "dijkstra"
from heapq import heappop, heappush


def fewest_pushes(places, streets, home, market):
    neighbours = [[] for _ in range(places)]
    for a, b in streets:
        neighbours[a].append((b, 0))
        neighbours[b].append((a, 1))
    settled = set()
    heap = [(0, home)]
    while heap:
        cost, place = heappop(heap)
        if place == market:
            return cost
        if place in settled:
            continue
        settled.add(place)
        for other, push in neighbours[place]:
            if other not in settled:
                heappush(heap, (cost + push, other))
    return None

# verdict = "TLE"
import sys

sys.setrecursionlimit(100000)


def fewest_pushes(places, streets, home, market):
    neighbours = [[] for _ in range(places)]
    for a, b in streets:
        neighbours[a].append((b, 0))
        neighbours[b].append((a, 1))
    visited = set()

    def search(place):
        if place == market:
            return 0
        visited.add(place)
        ways = []
        for other, push in neighbours[place]:
            if other not in visited:
                rest = search(other)
                if rest is not None:
                    ways.append(rest + push)
        visited.remove(place)
        return min(ways, default=None)

    return search(home)

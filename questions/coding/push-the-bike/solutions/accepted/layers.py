# approach = "layers"
def fewest_pushes(places, streets, home, market):
    ride = [[] for _ in range(places)]
    push = [[] for _ in range(places)]
    for a, b in streets:
        ride[a].append(b)
        push[b].append(a)
    seen = [False] * places
    layer, pushes = [home], 0
    while layer:
        flooded = []
        while layer:
            place = layer.pop()
            if not seen[place]:
                seen[place] = True
                flooded.append(place)
                layer.extend(ride[place])
        if seen[market]:
            return pushes
        layer = [other for place in flooded for other in push[place] if not seen[other]]
        pushes += 1
    return None

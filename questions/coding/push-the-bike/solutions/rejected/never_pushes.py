# verdict = "WA"
def fewest_pushes(places, streets, home, market):
    ride = [[] for _ in range(places)]
    for a, b in streets:
        ride[a].append(b)
    seen, stack = {home}, [home]
    while stack:
        for other in ride[stack.pop()]:
            if other not in seen:
                seen.add(other)
                stack.append(other)
    return 0 if market in seen else None

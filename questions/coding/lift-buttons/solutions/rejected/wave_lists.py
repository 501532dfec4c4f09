# verdict = "TLE"
# Looks a floor up in a list of all floors seen.
def fewest_presses(floors, start, goal, up, down):
    seen, at = [(start, 0)], 0
    while at < len(seen):
        floor, presses = seen[at]
        at += 1
        if floor == goal:
            return presses
        for other in (floor + up, floor - down):
            if 1 <= other <= floors and all(other != known for known, _ in seen):
                seen.append((other, presses + 1))
    return None

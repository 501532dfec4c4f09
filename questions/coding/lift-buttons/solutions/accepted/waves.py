# approach = "breadth-first"
def fewest_presses(floors, start, goal, up, down):
    seen, wave, presses = {start}, [start], 0
    while wave:
        if goal in wave:
            return presses
        following = []
        for floor in wave:
            for other in (floor + up, floor - down):
                if 1 <= other <= floors and other not in seen:
                    seen.add(other)
                    following.append(other)
        wave, presses = following, presses + 1
    return None

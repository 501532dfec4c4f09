# verdict = "WA"
# Goes up while below the goal, else down.
def fewest_presses(floors, start, goal, up, down):
    floor, presses = start, 0
    while floor != goal and presses < 100000:
        if floor < goal and floor + up <= floors:
            floor += up
        elif floor - down >= 1:
            floor -= down
        presses += 1
    return presses if floor == goal else None

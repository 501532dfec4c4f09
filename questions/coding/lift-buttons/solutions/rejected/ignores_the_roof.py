# verdict = "WA"
def fewest_presses(floors, start, goal, up, down):
    for presses in range(0, 300):
        for ups in range(presses + 1):
            if start + ups * up - (presses - ups) * down == goal:
                return presses
    return None

# verdict = "TLE"
def first_mistake(steps):
    pile = []
    for at, step in enumerate(steps):
        if step > 0:
            for box in pile:
                if box == step:
                    return at
            pile.append(step)
        elif not pile or pile.pop() != -step:
            return at
    return len(steps) if pile else -1

# approach = "stack"
def first_mistake(steps):
    pile, inside = [], set()
    for at, step in enumerate(steps):
        if step > 0:
            if step in inside:
                return at
            pile.append(step)
            inside.add(step)
        else:
            if not pile or pile[-1] != -step:
                return at
            inside.remove(pile.pop())
    return len(steps) if pile else -1

# verdict = "WA"
# Allows any open box to be closed.
def first_mistake(steps):
    inside = set()
    for at, step in enumerate(steps):
        if step > 0:
            if step in inside:
                return at
            inside.add(step)
        elif -step not in inside:
            return at
        else:
            inside.remove(-step)
    return len(steps) if inside else -1

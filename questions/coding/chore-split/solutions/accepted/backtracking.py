# approach = "backtracking"
def fairest_share(chores, flatmates):
    chores = sorted(chores, reverse=True)
    bound = max(-(-sum(chores) // flatmates), max(chores, default=0))
    best = sum(chores)
    loads = [0] * flatmates

    def hand_out(at):
        nonlocal best
        if at == len(chores):
            best = max(loads)
            return
        tried = set()
        for person in range(flatmates):
            load = loads[person]
            if load in tried or load + chores[at] >= best:
                continue
            tried.add(load)
            loads[person] += chores[at]
            hand_out(at + 1)
            loads[person] = load
            if best == bound:
                return

    if best > bound:
        hand_out(0)
    return best

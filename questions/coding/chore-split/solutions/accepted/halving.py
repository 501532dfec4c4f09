# approach = "halving-and-fit"
def fairest_share(chores, flatmates):
    chores = sorted(chores, reverse=True)

    def fits(longest):
        loads = [0] * flatmates
        dead = set()

        def place(at):
            if at == len(chores):
                return True
            state = (at, tuple(sorted(loads)))
            if state in dead:
                return False
            for person in range(flatmates):
                if loads[person] + chores[at] <= longest:
                    loads[person] += chores[at]
                    if place(at + 1):
                        return True
                    loads[person] -= chores[at]
                if loads[person] == 0:
                    break
            dead.add(state)
            return False

        return place(0)

    low, high = max(-(-sum(chores) // flatmates), max(chores, default=0)), sum(chores)
    while low < high:
        middle = (low + high) // 2
        if fits(middle):
            high = middle
        else:
            low = middle + 1
    return low

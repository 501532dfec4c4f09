# verdict = "TLE"
def fairest_share(chores, flatmates):
    loads = [0] * flatmates

    def hand_out(at):
        if at == len(chores):
            return max(loads)
        best = None
        for person in range(flatmates):
            loads[person] += chores[at]
            longest = hand_out(at + 1)
            loads[person] -= chores[at]
            if best is None or longest < best:
                best = longest
        return best

    return hand_out(0)

# verdict = "TLE"
def possible_rows(singers, quarrels):
    bad = set(quarrels) | {(b, a) for a, b in quarrels}

    def complete(row, rest):
        if not rest:
            return 1
        return sum(complete(row + [s], rest - {s}) for s in rest if not row or (row[-1], s) not in bad)

    return complete([], frozenset(range(singers)))

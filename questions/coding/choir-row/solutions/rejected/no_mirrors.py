# verdict = "WA"
from itertools import permutations


def possible_rows(singers, quarrels):
    if singers > 8:
        return 0
    bad = set(quarrels) | {(b, a) for a, b in quarrels}
    rows = {min(row, row[::-1]) for row in permutations(range(singers))}
    return sum(all(pair not in bad for pair in zip(row, row[1:])) for row in rows)

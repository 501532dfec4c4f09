# approach = "subsets"
def possible_rows(singers, quarrels):
    friends = [[other for other in range(singers) if other != singer] for singer in range(singers)]
    for one, other in quarrels:
        if other in friends[one]:
            friends[one].remove(other)
            friends[other].remove(one)
    everybody = (1 << singers) - 1
    rows = [[0] * singers for _ in range(1 << singers)]
    for singer in range(singers):
        rows[1 << singer][singer] = 1
    for placed in range(1, 1 << singers):
        for last in range(singers):
            count = rows[placed][last]
            if count:
                for other in friends[last]:
                    if not placed >> other & 1:
                        rows[placed | 1 << other][other] += count
    return sum(rows[everybody]) if singers else 1

# verdict = "WA"
# Gives everybody chores that stand next to each other in the list.
def fairest_share(chores, flatmates):
    low, high = max(chores, default=0), sum(chores)
    while low < high:
        middle = (low + high) // 2
        people, load = 1, 0
        for chore in chores:
            if load + chore > middle:
                people, load = people + 1, 0
            load += chore
        if people <= flatmates:
            high = middle
        else:
            low = middle + 1
    return low

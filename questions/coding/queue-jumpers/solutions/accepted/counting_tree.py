# approach = "counting-tree"
from bisect import bisect_right


def complaints(served, patience):
    tickets = sorted(served)
    rank = {ticket: at for at, ticket in enumerate(tickets, 1)}
    tree = [0] * (len(tickets) + 1)
    count = 0
    for before, ticket in enumerate(served):
        at = bisect_right(tickets, ticket + patience)
        count += before
        while at:
            count -= tree[at]
            at &= at - 1
        at = rank[ticket]
        while at < len(tree):
            tree[at] += 1
            at += at & -at
    return count

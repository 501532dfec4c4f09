# verdict = "WA"
from heapq import heappop, heappush


def cooking_order(steps, before):
    waiting = [0] * steps
    for _, other in before:
        waiting[other] += 1
    ready, order = [step for step in range(steps) if waiting[step] == 0], []
    while ready:
        step = heappop(ready)
        order.append(step)
        for one, other in before:
            if one == step:
                waiting[other] -= 1
                if waiting[other] == 0:
                    heappush(ready, other)
    return order

# approach = "heap"
from heapq import heapify, heappop, heappush


def cooking_order(steps, before):
    waiting, after = [0] * steps, [[] for _ in range(steps)]
    for one, other in before:
        after[one].append(other)
        waiting[other] += 1
    ready = [step for step in range(steps) if waiting[step] == 0]
    heapify(ready)
    order = []
    while ready:
        step = heappop(ready)
        order.append(step)
        for other in after[step]:
            waiting[other] -= 1
            if waiting[other] == 0:
                heappush(ready, other)
    return order if len(order) == steps else []

# verdict = "WA"
# Takes free steps in the order in which they became free.
from collections import deque


def cooking_order(steps, before):
    waiting, after = [0] * steps, [[] for _ in range(steps)]
    for one, other in before:
        after[one].append(other)
        waiting[other] += 1
    ready = deque(step for step in range(steps) if waiting[step] == 0)
    order = []
    while ready:
        step = ready.popleft()
        order.append(step)
        for other in after[step]:
            waiting[other] -= 1
            if waiting[other] == 0:
                ready.append(other)
    return order if len(order) == steps else []

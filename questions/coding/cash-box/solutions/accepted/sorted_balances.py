# approach = "sorted-balances"
from bisect import bisect_left
from itertools import accumulate


def stretches_with_change(changes, amount):
    evenings = sorted((balance, day) for day, balance in enumerate(accumulate(changes, initial=0)))
    count = 0
    for balance, day in evenings:
        lowest = bisect_left(evenings, (balance - amount, -1))
        count += bisect_left(evenings, (balance - amount, day)) - lowest
    return count

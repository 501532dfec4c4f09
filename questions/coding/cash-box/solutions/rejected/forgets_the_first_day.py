# verdict = "WA"
from collections import defaultdict


def stretches_with_change(changes, amount):
    seen = defaultdict(int)
    balance = count = 0
    for change in changes:
        balance += change
        count += seen.get(balance - amount, 0)
        seen[balance] += 1
    return count

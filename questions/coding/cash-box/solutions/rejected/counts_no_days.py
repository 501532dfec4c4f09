# verdict = "WA"
# Writes the balance down before looking up, so that a stretch of no days counts.
from collections import Counter


def stretches_with_change(changes, amount):
    seen = Counter({0: 1})
    balance = count = 0
    for change in changes:
        balance += change
        seen[balance] += 1
        count += seen[balance - amount]
    return count

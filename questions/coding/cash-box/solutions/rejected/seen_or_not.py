# verdict = "WA"
# Remembers whether a balance occurred, not how often.
def stretches_with_change(changes, amount):
    seen = {0}
    balance = count = 0
    for change in changes:
        balance += change
        count += balance - amount in seen
        seen.add(balance)
    return count

# verdict = "WA"
# Lets the window shrink when the sum is too large, as if no day could be negative.
def stretches_with_change(changes, amount):
    start = total = count = 0
    for end, change in enumerate(changes):
        total += change
        while start <= end and total > amount:
            total -= changes[start]
            start += 1
        count += start <= end and total == amount
    return int(count)

# verdict = "TLE"
def stretches_with_change(changes, amount):
    count = 0
    for start in range(len(changes)):
        total = 0
        for end in range(start, len(changes)):
            total += changes[end]
            count += total == amount
    return count

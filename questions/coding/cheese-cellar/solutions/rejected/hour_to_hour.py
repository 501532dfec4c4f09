# verdict = "WA"
# Looks only at the change from one hour to the next.
def longest_steady(degrees, spread):
    longest = run = 0
    for hour, now in enumerate(degrees):
        run = run + 1 if hour and abs(now - degrees[hour - 1]) <= spread else 1
        longest = max(longest, run)
    return longest

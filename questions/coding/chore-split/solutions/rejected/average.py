# verdict = "WA"
# Believes that the average can always be reached.
def fairest_share(chores, flatmates):
    return max(-(-sum(chores) // flatmates), max(chores, default=0))

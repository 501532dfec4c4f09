# verdict = "WA"
# Counts customers who complain, not complaints.
def complaints(served, patience):
    latest, count = float("-inf"), 0
    for ticket in served:
        count += latest > ticket + patience
        latest = max(latest, ticket)
    return count

# verdict = "TLE"
def complaints(served, patience):
    count = 0
    for at, ticket in enumerate(served):
        for earlier in served[:at]:
            if earlier > ticket + patience:
                count += 1
    return count

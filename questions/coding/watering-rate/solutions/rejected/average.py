# verdict = "WA"
def slowest_rate(beds, hours):
    if sum(1 for bed in beds if bed) > hours:
        return None
    return max(1, -(-sum(beds) // hours)) if hours else 1

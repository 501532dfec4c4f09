# verdict = "TLE"
def slowest_rate(beds, hours):
    beds = [bed for bed in beds if bed > 0]
    if len(beds) > hours:
        return None
    rate = 1
    while sum((bed + rate - 1) // rate for bed in beds) > hours:
        rate += 1
    return rate

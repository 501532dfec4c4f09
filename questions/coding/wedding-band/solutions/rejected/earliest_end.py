# verdict = "WA"
# Always takes the next that ends first, which gives the most weddings, not the most money.
def best_season(requests, rest):
    earned, free = 0, float("-inf")
    for begins, hours, fee in sorted(requests, key=lambda request: request[0] + request[1]):
        if begins >= free:
            earned += fee
            free = begins + hours + rest
    return earned

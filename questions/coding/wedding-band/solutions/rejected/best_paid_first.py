# verdict = "WA"
def best_season(requests, rest):
    taken = []
    for begins, hours, fee in sorted(requests, key=lambda request: -request[2])[:500]:
        if all(begins >= b + h + rest or b >= begins + hours + rest for b, h, _ in taken):
            taken.append((begins, hours, fee))
    return sum(fee for _, _, fee in taken)

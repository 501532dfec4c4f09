# verdict = "WA"
def bays_needed(visits, cleaning):
    events = sorted([(a, 1) for a, _ in visits] + [(b, -1) for _, b in visits])
    most = now = 0
    for _, change in events:
        now += change
        most = max(most, now)
    return most

# verdict = "TLE"
def bays_needed(visits, cleaning):
    most = 0
    for arrives, _ in visits:
        most = max(most, sum(1 for a, b in visits if a <= arrives < b + cleaning))
    return most

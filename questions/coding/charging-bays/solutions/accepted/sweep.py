# approach = "sweep"
def bays_needed(visits, cleaning):
    arrivals = sorted(arrives for arrives, _ in visits)
    clean = sorted(leaves + cleaning for _, leaves in visits)
    most = done = 0
    for count, arrives in enumerate(arrivals, 1):
        while clean[done] <= arrives:
            done += 1
        most = max(most, count - done)
    return most

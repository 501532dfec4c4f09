# approach = "sweep"
def quiet_minutes(noises, opens, closes):
    events = []
    for begin, end in noises:
        begin, end = max(begin, opens), min(end, closes)
        if begin < end:
            events += [(begin, 1), (end, -1)]
    quiet, level, since = 0, 0, opens
    for moment, change in sorted(events, key=lambda event: (event[0], -event[1])):
        if level == 0:
            quiet += moment - since
        level += change
        since = moment
    return quiet + closes - since

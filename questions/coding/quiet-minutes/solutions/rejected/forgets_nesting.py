# verdict = "WA"
# The end of the last job takes the place of a later one.
def quiet_minutes(noises, opens, closes):
    quiet, loud_until = 0, opens
    for begin, end in sorted(noises):
        begin, end = max(begin, opens), min(end, closes)
        if begin >= end:
            continue
        quiet += max(0, begin - loud_until)
        loud_until = end
    return quiet + closes - loud_until

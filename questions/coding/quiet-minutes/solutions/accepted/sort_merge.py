# approach = "sort-merge"
def quiet_minutes(noises, opens, closes):
    quiet, loud_until = 0, opens
    for begin, end in sorted(noises):
        if begin >= closes:
            break
        if begin > loud_until:
            quiet += begin - loud_until
        loud_until = max(loud_until, end)
    return quiet + max(0, closes - loud_until)

# verdict = "TLE"
def quiet_minutes(noises, opens, closes):
    quiet = 0
    for minute in range(opens, closes):
        if not any(begin <= minute < end for begin, end in noises):
            quiet += 1
    return quiet

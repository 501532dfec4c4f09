# verdict = "WA"
def quiet_minutes(noises, opens, closes):
    loud = sum(max(0, min(end, closes) - max(begin, opens)) for begin, end in noises)
    return max(0, closes - opens - loud)

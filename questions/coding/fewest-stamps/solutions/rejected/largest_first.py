# verdict = "WA"
def fewest_stamps(values, postage):
    stamps = 0
    for value in sorted(values, reverse=True):
        stamps += postage // value
        postage %= value
    return stamps if postage == 0 else None

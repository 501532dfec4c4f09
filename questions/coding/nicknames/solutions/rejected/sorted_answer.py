# verdict = "WA"
# Gives the answer in alphabetical order.
def nicknames(names):
    short = []
    for name in sorted(names):
        others = [other for other in names if other != name]
        fits = (name[:n] for n in range(1, len(name)) if not any(o.startswith(name[:n]) for o in others))
        short.append(next(fits, name))
    return short

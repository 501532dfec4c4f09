# verdict = "WA"
# Never goes beyond three letters.
def nicknames(names):
    short = []
    for name in names:
        others = [other for other in names if other != name]
        fits = (name[:n] for n in range(1, min(4, len(name))) if not any(o.startswith(name[:n]) for o in others))
        short.append(next(fits, name[:4]))
    return short

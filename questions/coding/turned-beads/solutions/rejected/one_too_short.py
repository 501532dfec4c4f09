# verdict = "WA"
# Leaves the last bead of the stretch where it is when the stretch reaches the end.
def turn_beads(beads, first, last):
    values, bead = [], beads
    while bead:
        values.append(bead)
        bead = bead.next
    last = min(last, len(values) - 1)
    values[first - 1 : last] = values[first - 1 : last][::-1]
    for one, other in zip(values, values[1:]):
        one.next = other
    if values:
        values[-1].next = None
    return values[0] if values else None

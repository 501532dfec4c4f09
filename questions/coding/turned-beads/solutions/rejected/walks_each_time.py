# verdict = "TLE"
def turn_beads(beads, first, last):
    def bead_at(number):
        bead = beads
        for _ in range(number - 1):
            if bead is None:
                return None
            bead = bead.next
        return bead

    length, bead = 0, beads
    while bead:
        length, bead = length + 1, bead.next
    last = min(last, length)
    while first < last:
        left, right = bead_at(first), bead_at(last)
        left.val, right.val = right.val, left.val
        first, last = first + 1, last - 1
    return beads

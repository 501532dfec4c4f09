# approach = "turn-links"
def turn_beads(beads, first, last):
    front = ListNode(0)
    front.next = beads
    before = front
    for _ in range(first - 1):
        if before.next is None:
            return beads
        before = before.next
    start, previous, bead = before.next, None, before.next
    for _ in range(last - first + 1):
        if bead is None:
            break
        bead.next, previous, bead = previous, bead, bead.next
    if previous is not None:
        before.next = previous
        start.next = bead
    return front.next

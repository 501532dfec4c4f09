# approach = "move-to-front"
def turn_beads(beads, first, last):
    front = ListNode(0)
    front.next = beads
    before = front
    for _ in range(first - 1):
        if before.next is None:
            return beads
        before = before.next
    anchor = before.next
    for _ in range(last - first):
        if anchor is None or anchor.next is None:
            break
        moved = anchor.next
        anchor.next = moved.next
        moved.next = before.next
        before.next = moved
    return front.next

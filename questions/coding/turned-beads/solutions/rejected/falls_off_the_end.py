# verdict = "RE"
# Trusts that the string is long enough.
def turn_beads(beads, first, last):
    front = ListNode(0)
    front.next = beads
    before = front
    for _ in range(first - 1):
        before = before.next
    anchor = before.next
    for _ in range(last - first):
        moved = anchor.next
        anchor.next = moved.next
        moved.next = before.next
        before.next = moved
    return front.next

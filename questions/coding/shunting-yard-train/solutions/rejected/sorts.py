# verdict = "WA"
# Sorts by weight instead of keeping the order.
def light_first(train, limit):
    weights = []
    while train:
        weights.append(train.val)
        train = train.next
    head = None
    for weight in sorted(weights, reverse=True):
        head = ListNode(weight, head)
    return head

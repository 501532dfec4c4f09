# verdict = "WA"
def light_first(train, limit):
    weights = []
    while train:
        weights.append(train.val)
        train = train.next
    head = None
    for weight in reversed([w for w in weights if w <= limit] + [w for w in weights if w > limit]):
        head = ListNode(weight, head)
    return head

# approach = "two-chains"
def light_first(train, limit):
    light_head, heavy_head = ListNode(), ListNode()
    light, heavy = light_head, heavy_head
    while train:
        if train.val < limit:
            light.next = light = train
        else:
            heavy.next = heavy = train
        train = train.next
    heavy.next = None
    light.next = heavy_head.next
    return light_head.next

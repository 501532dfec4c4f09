# verdict = "TLE"
def light_first(train, limit):
    swapped = True
    while swapped:
        swapped = False
        wagon = train
        while wagon and wagon.next:
            if wagon.val >= limit > wagon.next.val:
                wagon.val, wagon.next.val = wagon.next.val, wagon.val
                swapped = True
            wagon = wagon.next
    return train

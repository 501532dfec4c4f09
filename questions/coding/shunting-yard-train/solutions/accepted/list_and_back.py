# approach = "list-and-back"
def light_first(train, limit):
    wagons = []
    while train:
        wagons.append(train)
        train = train.next
    wagons.sort(key=lambda wagon: wagon.val >= limit)
    for wagon, following in zip(wagons, wagons[1:] + [None]):
        wagon.next = following
    return wagons[0] if wagons else None

# approach = "sorted-neighbours"
from os.path import commonprefix


def nicknames(names):
    order = sorted(names)
    shared = [len(commonprefix(pair)) for pair in zip(order, order[1:])]
    length = {name: max(left, right) + 1 for name, left, right in zip(order, [0, *shared], [*shared, 0])}
    return [name[:length[name]] for name in names]

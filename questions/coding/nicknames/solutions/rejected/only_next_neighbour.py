# verdict = "WA"
from os.path import commonprefix


def nicknames(names):
    order = sorted(names)
    length = {name: len(commonprefix([name, after])) + 1 for name, after in zip(order, [*order[1:], ""])}
    return [name[:length[name]] for name in names]

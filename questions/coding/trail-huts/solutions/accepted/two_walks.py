# approach = "two-walks"
def longest_trail(top):
    if top is None:
        return 0
    near, waiting = {top: []}, [top]
    for hut in waiting:
        for below in (hut.left, hut.right):
            if below:
                near[hut].append(below)
                near[below] = [hut]
                waiting.append(below)

    def farthest(start):
        steps, line = {start: 0}, [start]
        for hut in line:
            for other in near[hut]:
                if other not in steps:
                    steps[other] = steps[hut] + 1
                    line.append(other)
        return line[-1], steps[line[-1]]

    return farthest(farthest(top)[0])[1]

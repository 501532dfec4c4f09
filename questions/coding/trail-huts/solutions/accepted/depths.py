# approach = "depths"
def longest_trail(top):
    best, depth, open_huts = 0, {None: 0}, [(top, False)]
    while open_huts:
        hut, done = open_huts.pop()
        if hut is None:
            continue
        if not done:
            open_huts += [(hut, True), (hut.left, False), (hut.right, False)]
            continue
        left, right = depth[hut.left], depth[hut.right]
        best = max(best, left + right)
        depth[hut] = 1 + max(left, right)
    return best

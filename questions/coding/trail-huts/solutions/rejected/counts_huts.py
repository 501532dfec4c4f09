# verdict = "WA"
def longest_trail(top):
    best = 0

    def depth(hut):
        nonlocal best
        if not hut:
            return 0
        left, right = depth(hut.left), depth(hut.right)
        best = max(best, left + right + 1)
        return 1 + max(left, right)

    depth(top)
    return best

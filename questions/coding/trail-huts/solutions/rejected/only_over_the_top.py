# verdict = "WA"
def longest_trail(top):
    def depth(hut):
        return 1 + max(depth(hut.left), depth(hut.right)) if hut else 0

    return depth(top.left) + depth(top.right) if top else 0

# approach = "trie"
def nicknames(names):
    root = {}
    for name in names:
        node = root
        for letter in name:
            node = node.setdefault(letter, {"": 0})
            node[""] += 1
    short = []
    for name in names:
        node = root
        for length, letter in enumerate(name, 1):
            node = node[letter]
            if node[""] == 1:
                break
        short.append(name[:length])
    return short

# verdict = "WA"
# Forgets that a letter may be needed twice.
def shortest_piece(banner, name):
    if not name:
        return ""
    kinds, counts, left, best = set(name), {}, 0, None
    for right, letter in enumerate(banner, 1):
        if letter in kinds:
            counts[letter] = counts.get(letter, 0) + 1
        while len(counts) == len(kinds):
            if best is None or right - left < len(best):
                best = banner[left:right]
            gone = banner[left]
            if gone in counts:
                counts[gone] -= 1
                if not counts[gone]:
                    del counts[gone]
            left += 1
    return best

# approach = "count-sort"
from collections import Counter


def top_songs(plays, count):
    return [title for title, _ in sorted(Counter(plays).items(), key=lambda item: (-item[1], item[0]))[:count]]

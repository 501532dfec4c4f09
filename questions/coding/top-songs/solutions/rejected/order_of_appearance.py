# verdict = "WA"
# Equal counts stay in the order in which they first came.
from collections import Counter


def top_songs(plays, count):
    return [title for title, _ in Counter(plays).most_common(count)]

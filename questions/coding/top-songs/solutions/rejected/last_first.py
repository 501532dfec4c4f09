# verdict = "WA"
from collections import Counter


def top_songs(plays, count):
    times = Counter(plays)
    return sorted(times, key=lambda title: (times[title], title), reverse=True)[:count]

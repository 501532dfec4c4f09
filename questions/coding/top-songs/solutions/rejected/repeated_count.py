# verdict = "TLE"
def top_songs(plays, count):
    return sorted(set(plays), key=lambda title: (-plays.count(title), title))[:count]

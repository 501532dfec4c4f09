# approach = "scan"
def oldest_entry(times):
    for place in range(1, len(times)):
        if times[place] < times[place - 1]:
            return place
    return 0

# approach = "merge-and-count"
def complaints(served, patience):
    def sort_and_count(tickets):
        if len(tickets) < 2:
            return tickets, 0
        middle = len(tickets) // 2
        morning, before = sort_and_count(tickets[:middle])
        afternoon, after = sort_and_count(tickets[middle:])
        count, at = before + after, 0
        for ticket in afternoon:
            while at < middle and morning[at] <= ticket + patience:
                at += 1
            count += middle - at
        return sorted(morning + afternoon), count

    return sort_and_count(served)[1]

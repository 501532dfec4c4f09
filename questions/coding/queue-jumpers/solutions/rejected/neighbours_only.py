# verdict = "WA"
# Everybody looks only at the person served just before.
def complaints(served, patience):
    return sum(1 for before, after in zip(served, served[1:]) if before > after + patience)

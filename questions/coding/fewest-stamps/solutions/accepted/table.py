# approach = "table"
def fewest_stamps(values, postage):
    never = postage + 1
    fewest = [0] + [never] * postage
    for amount in range(1, postage + 1):
        fewest[amount] = min((fewest[amount - value] + 1 for value in values if value <= amount), default=never)
    return fewest[postage] if fewest[postage] < never else None

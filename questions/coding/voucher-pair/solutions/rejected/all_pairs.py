# verdict = "TLE"
def best_spend(prices, voucher):
    best = None
    for i in range(len(prices)):
        for j in range(i + 1, len(prices)):
            total = prices[i] + prices[j]
            if total <= voucher and (best is None or total > best):
                best = total
    return best

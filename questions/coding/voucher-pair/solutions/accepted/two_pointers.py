# approach = "two-pointers"
def best_spend(prices, voucher):
    prices = sorted(prices)
    left, right, best = 0, len(prices) - 1, None
    while left < right:
        total = prices[left] + prices[right]
        if total > voucher:
            right -= 1
        else:
            best = total if best is None else max(best, total)
            left += 1
    return best

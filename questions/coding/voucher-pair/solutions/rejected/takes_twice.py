# verdict = "WA"
from bisect import bisect_right


def best_spend(prices, voucher):
    prices = sorted(prices)
    best = None
    for price in prices:
        at = bisect_right(prices, voucher - price) - 1
        if at >= 0:
            total = price + prices[at]
            best = total if best is None else max(best, total)
    return best

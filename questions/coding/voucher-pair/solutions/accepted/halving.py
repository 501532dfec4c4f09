# approach = "binary-search"
from bisect import bisect_right


def best_spend(prices, voucher):
    prices = sorted(prices)
    best = None
    for at, price in enumerate(prices):
        partner = bisect_right(prices, voucher - price, at + 1) - 1
        if partner > at:
            total = price + prices[partner]
            best = total if best is None else max(best, total)
    return best

# verdict = "WA"
# Takes the dearest thing that leaves room, then the best partner for it.
def best_spend(prices, voucher):
    prices = sorted(prices)
    for at in range(len(prices) - 1, 0, -1):
        partners = [price for price in prices[:at] if price + prices[at] <= voucher]
        if partners:
            return prices[at] + max(partners)
    return None

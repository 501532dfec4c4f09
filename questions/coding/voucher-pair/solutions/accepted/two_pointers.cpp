// approach = "two-pointers"
#include <bits/stdc++.h>
using namespace std;

optional<long long> best_spend(vector<long long> prices, long long voucher) {
    sort(prices.begin(), prices.end());
    optional<long long> best;
    for (size_t left = 0, right = prices.size(); left + 1 < right;) {
        long long total = prices[left] + prices[right - 1];
        if (total > voucher) {
            right--;
        } else {
            best = max(best.value_or(total), total);
            left++;
        }
    }
    return best;
}

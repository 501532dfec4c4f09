// approach = "sorted-table"
#include <bits/stdc++.h>
using namespace std;

long long best_season(vector<array<long long, 3>> requests, long long rest) {
    sort(requests.begin(), requests.end(), [](auto& a, auto& b) { return a[0] + a[1] < b[0] + b[1]; });
    vector<long long> free_from, best = {0};
    for (auto& [begins, hours, fee] : requests) {
        size_t before = upper_bound(free_from.begin(), free_from.end(), begins) - free_from.begin();
        best.push_back(max(best.back(), best[before] + fee));
        free_from.push_back(begins + hours + rest);
    }
    return best.back();
}

// approach = "furthest"
#include <bits/stdc++.h>
using namespace std;

optional<long long> fewest_lamps(vector<array<long long, 2>> lamps, long long length) {
    sort(lamps.begin(), lamps.end());
    long long lit = 0, count = 0;
    size_t at = 0;
    while (lit < length) {
        long long reach = lit;
        for (; at < lamps.size() && lamps[at][0] <= lit; at++) reach = max(reach, lamps[at][1]);
        if (reach == lit) return nullopt;
        lit = reach;
        count++;
    }
    return count;
}

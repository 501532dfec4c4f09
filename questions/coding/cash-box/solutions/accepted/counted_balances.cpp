// approach = "counted-balances"
#include <bits/stdc++.h>
using namespace std;

long long stretches_with_change(vector<long long> changes, long long amount) {
    unordered_map<long long, long long> seen = {{0, 1}};
    long long balance = 0, count = 0;
    for (long long change : changes) {
        balance += change;
        auto partner = seen.find(balance - amount);
        if (partner != seen.end()) count += partner->second;
        seen[balance]++;
    }
    return count;
}

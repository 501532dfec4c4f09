// approach = "halving"
#include <bits/stdc++.h>
using namespace std;

optional<long long> slowest_rate(const vector<long long>& beds, long long hours) {
    auto needed = [&](long long rate) {
        long long sum = 0;
        for (long long bed : beds) sum += (bed + rate - 1) / rate;
        return sum;
    };
    long long slow = 1, fast = 1;
    for (long long bed : beds) fast = max(fast, bed);
    if (needed(fast) > hours) return nullopt;
    while (slow < fast) {
        long long middle = (slow + fast) / 2;
        if (needed(middle) <= hours) fast = middle;
        else slow = middle + 1;
    }
    return slow;
}

// approach = "running-sum"
#include <bits/stdc++.h>
using namespace std;

long long ways_across(const vector<bool>& stones, long long longest) {
    const long long mod = 1000000007;
    long long places = stones.size() + 1;
    vector<long long> sums{0, 1};
    long long here = 1;
    for (long long place = 1; place <= places; place++) {
        bool good = place == places || stones[place - 1];
        long long from = max(0LL, place - longest);
        here = good ? (sums[place] - sums[from] + mod) % mod : 0;
        sums.push_back((sums.back() + here) % mod);
    }
    return here;
}

// approach = "halving"
#include <bits/stdc++.h>
using namespace std;

long long oldest_entry(const vector<long long>& times) {
    auto fallen = partition_point(times.begin(), times.end(), [&](long long time) { return time > times.back(); });
    return fallen - times.begin();
}

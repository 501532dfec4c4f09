// approach = "table"
#include <bits/stdc++.h>
using namespace std;

optional<long long> fewest_stamps(const vector<long long>& values, long long postage) {
    const long long never = postage + 1;
    vector<long long> fewest(postage + 1, never);
    fewest[0] = 0;
    for (long long value : values)
        for (long long amount = value; amount <= postage; amount++)
            fewest[amount] = min(fewest[amount], fewest[amount - value] + 1);
    if (fewest[postage] == never) return nullopt;
    return fewest[postage];
}

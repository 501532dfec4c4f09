// approach = "count"
#include <bits/stdc++.h>
using namespace std;

long long glove_pairs(const vector<long long>& gloves) {
    unordered_map<long long, pair<long long, long long>> sides;
    for (long long glove : gloves) {
        auto& side = sides[abs(glove)];
        (glove > 0 ? side.first : side.second)++;
    }
    long long pairs = 0;
    for (auto& [model, side] : sides) pairs += min(side.first, side.second);
    return pairs;
}

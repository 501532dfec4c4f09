// approach = "stack"
#include <bits/stdc++.h>
using namespace std;

long long first_mistake(const vector<long long>& steps) {
    vector<long long> pile;
    unordered_set<long long> inside;
    for (size_t at = 0; at < steps.size(); at++) {
        long long step = steps[at];
        if (step > 0) {
            if (!inside.insert(step).second) return at;
            pile.push_back(step);
        } else {
            if (pile.empty() || pile.back() != -step) return at;
            inside.erase(pile.back());
            pile.pop_back();
        }
    }
    return pile.empty() ? -1 : (long long)steps.size();
}

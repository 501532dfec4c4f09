// approach = "balanced-tree"
#include <bits/stdc++.h>
using namespace std;

class BidBoard {
    multiset<long long> low, high;

    void settle() {
        if (low.size() > high.size() + 1) {
            high.insert(*low.rbegin());
            low.erase(prev(low.end()));
        } else if (high.size() > low.size()) {
            low.insert(*high.begin());
            high.erase(high.begin());
        }
    }

public:
    void bid(long long amount) {
        if (!low.empty() && amount <= *low.rbegin()) low.insert(amount);
        else high.insert(amount);
        settle();
    }

    bool withdraw(long long amount) {
        auto& half = low.count(amount) ? low : high;
        auto found = half.find(amount);
        if (found == half.end()) return false;
        half.erase(found);
        settle();
        return true;
    }

    optional<long long> middle() {
        if (low.empty()) return nullopt;
        return *low.rbegin();
    }
};

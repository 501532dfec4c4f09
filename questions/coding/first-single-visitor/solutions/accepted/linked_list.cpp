// approach = "linked-map"
#include <bits/stdc++.h>
using namespace std;

class Visitors {
    list<long long> singles;
    unordered_map<long long, list<long long>::iterator> places;

public:
    void enter(long long badge) {
        auto found = places.find(badge);
        if (found == places.end()) {
            places[badge] = singles.insert(singles.end(), badge);
        } else if (found->second != singles.end()) {
            singles.erase(found->second);
            found->second = singles.end();
        }
    }

    optional<long long> first_single() {
        if (singles.empty()) return nullopt;
        return singles.front();
    }
};

// approach = "sorted-set"
#include <bits/stdc++.h>
using namespace std;

class ParcelLockers {
    set<pair<long long, long long>> unused;
    unordered_map<string, pair<long long, long long>> used;

public:
    ParcelLockers(const vector<long long>& sizes) {
        for (size_t at = 0; at < sizes.size(); at++) unused.insert({sizes[at], (long long)at + 1});
    }

    optional<long long> store(const string& parcel, long long size) {
        auto found = unused.lower_bound({size, 0});
        if (found == unused.end()) return nullopt;
        long long number = found->second;
        used[parcel] = *found;
        unused.erase(found);
        return number;
    }

    void pick_up(const string& parcel) {
        auto found = used.find(parcel);
        if (found == used.end()) return;
        unused.insert(found->second);
        used.erase(found);
    }
};

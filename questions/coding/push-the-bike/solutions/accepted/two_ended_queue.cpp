// approach = "two-ended-queue"
#include <bits/stdc++.h>
using namespace std;

optional<long long> fewest_pushes(long long places, vector<array<long long, 2>> streets, long long home,
                                  long long market) {
    vector<vector<pair<int, int>>> neighbours(places);
    for (auto& [a, b] : streets) {
        neighbours[a].push_back({b, 0});
        neighbours[b].push_back({a, 1});
    }
    vector<long long> pushes(places, LLONG_MAX);
    deque<int> open = {(int)home};
    pushes[home] = 0;
    while (!open.empty()) {
        int place = open.front();
        open.pop_front();
        for (auto& [other, push] : neighbours[place]) {
            if (pushes[place] + push >= pushes[other]) continue;
            pushes[other] = pushes[place] + push;
            if (push) open.push_back(other);
            else open.push_front(other);
        }
    }
    if (pushes[market] == LLONG_MAX) return nullopt;
    return pushes[market];
}

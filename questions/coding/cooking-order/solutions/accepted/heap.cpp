// approach = "heap"
#include <bits/stdc++.h>
using namespace std;

vector<long long> cooking_order(long long steps, const vector<array<long long, 2>>& before) {
    vector<vector<long long>> after(steps);
    vector<long long> waiting(steps), order;
    for (auto& [one, other] : before) {
        after[one].push_back(other);
        waiting[other]++;
    }
    priority_queue<long long, vector<long long>, greater<>> ready;
    for (long long step = 0; step < steps; step++)
        if (waiting[step] == 0) ready.push(step);
    while (!ready.empty()) {
        long long step = ready.top();
        ready.pop();
        order.push_back(step);
        for (long long other : after[step])
            if (--waiting[other] == 0) ready.push(other);
    }
    if ((long long)order.size() < steps) order.clear();
    return order;
}

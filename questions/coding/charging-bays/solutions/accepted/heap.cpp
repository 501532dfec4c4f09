// approach = "heap"
#include <bits/stdc++.h>
using namespace std;

long long bays_needed(vector<array<long long, 2>> visits, long long cleaning) {
    sort(visits.begin(), visits.end());
    priority_queue<long long, vector<long long>, greater<>> free_at;
    for (auto& [arrives, leaves] : visits) {
        if (!free_at.empty() && free_at.top() <= arrives) free_at.pop();
        free_at.push(leaves + cleaning);
    }
    return free_at.size();
}

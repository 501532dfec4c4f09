// approach = "sort-merge"
#include <bits/stdc++.h>
using namespace std;

long long quiet_minutes(vector<array<long long, 2>> noises, long long opens, long long closes) {
    sort(noises.begin(), noises.end());
    long long quiet = 0, loud_until = opens;
    for (auto& [begin, end] : noises) {
        if (begin >= closes) break;
        if (begin > loud_until) quiet += begin - loud_until;
        loud_until = max(loud_until, end);
    }
    return quiet + max(0LL, closes - loud_until);
}

// approach = "walk"
#include <bits/stdc++.h>
using namespace std;

vector<array<long long, 2>> shelf_gaps(const vector<long long>& folders, long long first, long long last) {
    vector<array<long long, 2>> gaps;
    long long expected = first;
    for (long long number : folders) {
        if (number < first) continue;
        if (number > last) break;
        if (number > expected) gaps.push_back({expected, number - 1});
        expected = number + 1;
    }
    if (expected <= last) gaps.push_back({expected, last});
    return gaps;
}

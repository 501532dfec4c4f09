// approach = "count-sort"
#include <bits/stdc++.h>
using namespace std;

vector<string> top_songs(const vector<string>& plays, long long count) {
    map<string, long long> times;
    for (auto& title : plays) times[title]--;
    vector<pair<long long, string>> order;
    for (auto& [title, minus] : times) order.push_back({minus, title});
    sort(order.begin(), order.end());
    vector<string> top;
    for (auto& [minus, title] : order)
        if ((long long)top.size() < count) top.push_back(title);
    return top;
}

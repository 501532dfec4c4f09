// approach = "merge-and-count"
#include <bits/stdc++.h>
using namespace std;

static long long sort_and_count(vector<long long>& tickets, size_t from, size_t to, long long patience) {
    if (to - from < 2) return 0;
    size_t middle = (from + to) / 2;
    long long count = sort_and_count(tickets, from, middle, patience) + sort_and_count(tickets, middle, to, patience);
    size_t at = from;
    for (size_t later = middle; later < to; later++) {
        while (at < middle && tickets[at] <= tickets[later] + patience) at++;
        count += middle - at;
    }
    inplace_merge(tickets.begin() + from, tickets.begin() + middle, tickets.begin() + to);
    return count;
}

long long complaints(vector<long long> served, long long patience) {
    return sort_and_count(served, 0, served.size(), patience);
}

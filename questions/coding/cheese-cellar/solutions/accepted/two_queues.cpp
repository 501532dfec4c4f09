// approach = "two-queues"
#include <bits/stdc++.h>
using namespace std;

long long longest_steady(vector<long long> degrees, long long spread) {
    deque<size_t> warmest, coldest;
    size_t start = 0, longest = 0;
    for (size_t hour = 0; hour < degrees.size(); hour++) {
        while (!warmest.empty() && degrees[warmest.back()] <= degrees[hour]) warmest.pop_back();
        while (!coldest.empty() && degrees[coldest.back()] >= degrees[hour]) coldest.pop_back();
        warmest.push_back(hour);
        coldest.push_back(hour);
        while (degrees[warmest.front()] - degrees[coldest.front()] > spread) {
            start++;
            if (warmest.front() < start) warmest.pop_front();
            if (coldest.front() < start) coldest.pop_front();
        }
        longest = max(longest, hour - start + 1);
    }
    return longest;
}

// approach = "queue-per-number"
#include <bits/stdc++.h>
using namespace std;

class PhoneIn {
    size_t calls;
    long long seconds;
    unordered_map<string, deque<long long>> times;

    deque<long long>& recent(const string& number, long long now) {
        auto& own = times[number];
        while (!own.empty() && own.front() + seconds <= now) own.pop_front();
        return own;
    }

public:
    PhoneIn(long long calls, long long seconds) : calls(calls), seconds(seconds) {}

    bool ring(const string& number, long long now) {
        auto& own = recent(number, now);
        if (own.size() >= calls) return false;
        own.push_back(now);
        return true;
    }

    long long wait_for(const string& number, long long now) {
        auto& own = recent(number, now);
        return own.size() >= calls ? own.front() + seconds - now : 0;
    }
};

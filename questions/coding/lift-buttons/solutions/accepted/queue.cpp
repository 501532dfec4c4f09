// approach = "breadth-first"
#include <bits/stdc++.h>
using namespace std;

optional<long long> fewest_presses(long long floors, long long start, long long goal, long long up, long long down) {
    vector<long long> presses(floors + 1, -1);
    deque<long long> line{start};
    presses[start] = 0;
    while (!line.empty()) {
        long long floor = line.front();
        line.pop_front();
        if (floor == goal) return presses[floor];
        for (long long other : {floor + up, floor - down}) {
            if (1 <= other && other <= floors && presses[other] < 0) {
                presses[other] = presses[floor] + 1;
                line.push_back(other);
            }
        }
    }
    return nullopt;
}

// approach = "flood"
#include <bits/stdc++.h>
using namespace std;

long long largest_pond(vector<string> field) {
    long long largest = 0;
    for (size_t y = 0; y < field.size(); y++) {
        for (size_t x = 0; x < field[y].size(); x++) {
            if (field[y][x] != '~') continue;
            long long size = 0;
            vector<pair<size_t, size_t>> pond{{y, x}};
            field[y][x] = '.';
            while (!pond.empty()) {
                auto [py, px] = pond.back();
                pond.pop_back();
                size++;
                for (auto [dy, dx] : {pair{0, 1}, {0, -1}, {1, 0}, {-1, 0}}) {
                    size_t ny = py + dy, nx = px + dx;
                    if (ny < field.size() && nx < field[ny].size() && field[ny][nx] == '~') {
                        field[ny][nx] = '.';
                        pond.push_back({ny, nx});
                    }
                }
            }
            largest = max(largest, size);
        }
    }
    return largest;
}

// approach = "from-the-border"
#include <bits/stdc++.h>
using namespace std;

long long water_kept(vector<vector<long long>> heights) {
    int rows = heights.size(), columns = rows ? heights[0].size() : 0;
    priority_queue<array<long long, 3>, vector<array<long long, 3>>, greater<>> rim;
    vector<vector<bool>> seen(rows, vector<bool>(columns, false));
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < columns; x++)
            if (y == 0 || x == 0 || y == rows - 1 || x == columns - 1) {
                seen[y][x] = true;
                rim.push({heights[y][x], y, x});
            }
    long long water = 0;
    while (!rim.empty()) {
        auto [level, y, x] = rim.top();
        rim.pop();
        water += level - heights[y][x];
        const int steps[4][2] = {{0, 1}, {0, -1}, {1, 0}, {-1, 0}};
        for (auto& step : steps) {
            int ny = y + step[0], nx = x + step[1];
            if (ny < 0 || nx < 0 || ny >= rows || nx >= columns || seen[ny][nx]) continue;
            seen[ny][nx] = true;
            rim.push({max(level, heights[ny][nx]), ny, nx});
        }
    }
    return water;
}

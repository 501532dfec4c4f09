// approach = "table"
#include <bits/stdc++.h>
using namespace std;

long long penalty_points(vector<long long> sheet, vector<long long> played) {
    vector<long long> row(played.size() + 1);
    for (size_t j = 0; j < row.size(); j++) row[j] = 2 * j;
    for (long long note : sheet) {
        long long diagonal = row[0];
        row[0] += 2;
        for (size_t j = 1; j < row.size(); j++) {
            long long off = llabs(note - played[j - 1]);
            long long best = min({diagonal + (off < 2 ? off : 3), row[j] + 2, row[j - 1] + 2});
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row.back();
}

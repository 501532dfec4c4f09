// approach = "subset-table"
#include <bits/stdc++.h>
using namespace std;

long long fairest_share(vector<long long> chores, long long flatmates) {
    int all = (1 << chores.size()) - 1;
    vector<long long> sums(all + 1, 0);
    for (int mask = 1; mask <= all; mask++)
        sums[mask] = sums[mask & (mask - 1)] + chores[__builtin_ctz(mask)];
    vector<long long> best = sums;
    for (int person = 1; person < min<long long>(flatmates, chores.size()); person++) {
        vector<long long> next = best;
        for (int mask = 1; mask <= all; mask++)
            for (int part = mask; part > 0; part = (part - 1) & mask)
                next[mask] = min(next[mask], max(sums[part], best[mask ^ part]));
        best = next;
    }
    return best[all];
}

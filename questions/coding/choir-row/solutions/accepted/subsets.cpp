// approach = "subsets"
#include <bits/stdc++.h>
using namespace std;

long long possible_rows(long long singers, const vector<array<long long, 2>>& quarrels) {
    if (singers == 0) return 1;
    vector<vector<bool>> apart(singers, vector<bool>(singers));
    for (auto& [one, other] : quarrels) apart[one][other] = apart[other][one] = true;
    vector<vector<long long>> rows(1 << singers, vector<long long>(singers));
    for (int singer = 0; singer < singers; singer++) rows[1 << singer][singer] = 1;
    for (int placed = 1; placed < 1 << singers; placed++)
        for (int last = 0; last < singers; last++)
            for (int next = 0; next < singers; next++)
                if (!(placed >> next & 1) && !apart[last][next]) rows[placed | 1 << next][next] += rows[placed][last];
    return accumulate(rows.back().begin(), rows.back().end(), 0LL);
}

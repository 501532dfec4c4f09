// approach = "depths"
#include <bits/stdc++.h>
using namespace std;

static long long depth_below(TreeNode* hut, long long& best) {
    if (!hut) return 0;
    long long left = depth_below(hut->left, best), right = depth_below(hut->right, best);
    best = max(best, left + right);
    return 1 + max(left, right);
}

long long longest_trail(TreeNode* top) {
    long long best = 0;
    depth_below(top, best);
    return best;
}

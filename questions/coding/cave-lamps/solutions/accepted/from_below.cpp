// approach = "from-below"
#include <bits/stdc++.h>
using namespace std;

long long fewest_cave_lamps(TreeNode* entrance) {
    vector<TreeNode*> order;
    if (entrance) order.push_back(entrance);
    for (size_t at = 0; at < order.size(); at++) {
        TreeNode* chamber = order[at];
        if (chamber->left) order.push_back(chamber->left);
        if (chamber->right) order.push_back(chamber->right);
    }
    enum State { DARK, LIT, LAMP };
    unordered_map<TreeNode*, State> state = {{nullptr, LIT}};
    long long lamps = 0;
    for (size_t at = order.size(); at-- > 0;) {
        State left = state[order[at]->left], right = state[order[at]->right];
        State own = left == DARK || right == DARK ? LAMP : left == LAMP || right == LAMP ? LIT : DARK;
        lamps += own == LAMP;
        state[order[at]] = own;
    }
    return lamps + (state[entrance] == DARK);
}

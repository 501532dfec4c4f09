// approach = "turn-links"
#include <bits/stdc++.h>
using namespace std;

ListNode* turn_beads(ListNode* beads, long long first, long long last) {
    ListNode** joint = &beads;
    for (long long at = 1; at < first && *joint; at++) joint = &(*joint)->next;
    ListNode *start = *joint, *turned = nullptr, *bead = start;
    for (long long at = first; at <= last && bead; at++) {
        ListNode* behind = bead->next;
        bead->next = turned;
        turned = bead;
        bead = behind;
    }
    if (turned) {
        *joint = turned;
        start->next = bead;
    }
    return beads;
}

// approach = "two-chains"
#include <bits/stdc++.h>
using namespace std;

ListNode* light_first(ListNode* train, long long limit) {
    ListNode light, heavy;
    ListNode *last_light = &light, *last_heavy = &heavy;
    for (; train; train = train->next) {
        ListNode*& last = train->val < limit ? last_light : last_heavy;
        last = last->next = train;
    }
    last_heavy->next = nullptr;
    last_light->next = heavy.next;
    return light.next;
}

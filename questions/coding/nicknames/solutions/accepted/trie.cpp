// approach = "trie"
#include <bits/stdc++.h>
using namespace std;

vector<string> nicknames(const vector<string>& names) {
    struct Node {
        int count = 0;
        map<char, int> next;
    };
    vector<Node> nodes(1);
    for (auto& name : names) {
        int at = 0;
        for (char letter : name) {
            auto [found, added] = nodes[at].next.insert({letter, (int)nodes.size()});
            at = found->second;
            if (added) nodes.emplace_back();
            nodes[at].count++;
        }
    }
    vector<string> all;
    for (auto& name : names) {
        int at = 0;
        string nickname;
        for (char letter : name) {
            nickname += letter;
            at = nodes[at].next[letter];
            if (nodes[at].count == 1) break;
        }
        all.push_back(nickname);
    }
    return all;
}

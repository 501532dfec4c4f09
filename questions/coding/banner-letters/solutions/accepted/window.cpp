// approach = "window-with-counts"
#include <bits/stdc++.h>
using namespace std;

optional<string> shortest_piece(string banner, string name) {
    if (name.empty()) return string();
    vector<int> needed(256, 0);
    for (unsigned char letter : name) needed[letter]++;
    size_t missing = name.size(), left = 0, start = 0, length = string::npos;
    for (size_t right = 0; right < banner.size(); right++) {
        if (needed[(unsigned char)banner[right]]-- > 0) missing--;
        while (missing == 0) {
            if (right + 1 - left < length) {
                length = right + 1 - left;
                start = left;
            }
            if (++needed[(unsigned char)banner[left++]] > 0) missing++;
        }
    }
    if (length == string::npos) return nullopt;
    return banner.substr(start, length);
}

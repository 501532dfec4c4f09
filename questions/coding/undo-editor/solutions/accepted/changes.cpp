// approach = "changes"
#include <bits/stdc++.h>
using namespace std;

class Note {
    struct Change {
        bool adds;
        string letters;
    };
    string text;
    vector<Change> done, undone;

    void apply(bool adds, const string& letters) {
        if (adds) text += letters;
        else text.resize(text.size() - letters.size());
    }

public:
    void write(const string& letters) {
        if (letters.empty()) return;
        apply(true, letters);
        done.push_back({true, letters});
        undone.clear();
    }

    void erase(long long count) {
        size_t amount = min<size_t>(max(0LL, count), text.size());
        if (amount == 0) return;
        done.push_back({false, text.substr(text.size() - amount)});
        apply(false, done.back().letters);
        undone.clear();
    }

    bool undo() {
        if (done.empty()) return false;
        apply(!done.back().adds, done.back().letters);
        undone.push_back(done.back());
        done.pop_back();
        return true;
    }

    bool redo() {
        if (undone.empty()) return false;
        apply(undone.back().adds, undone.back().letters);
        done.push_back(undone.back());
        undone.pop_back();
        return true;
    }

    string show() { return text; }
};

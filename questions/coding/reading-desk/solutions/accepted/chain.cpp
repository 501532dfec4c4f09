// approach = "linked-map"
#include <bits/stdc++.h>
using namespace std;

class ReadingDesk {
    size_t places;
    list<long long> order;
    unordered_map<long long, list<long long>::iterator> links;

    vector<long long> make_room() {
        vector<long long> gone;
        while (order.size() > places) {
            gone.push_back(order.front());
            links.erase(order.front());
            order.pop_front();
        }
        return gone;
    }

public:
    ReadingDesk(long long places) : places(places) {}

    bool ask_for(long long book) {
        auto link = links.find(book);
        if (link != links.end()) {
            order.splice(order.end(), order, link->second);
            return true;
        }
        links[book] = order.insert(order.end(), book);
        make_room();
        return false;
    }

    optional<long long> next_down() {
        if (order.empty()) return nullopt;
        return order.front();
    }

    vector<long long> resize(long long count) {
        places = count;
        return make_room();
    }
};

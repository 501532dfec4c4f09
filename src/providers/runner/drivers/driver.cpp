// Calls the candidate's C++. Types are read off their own signature: what a parameter is decides how its JSON is read.
// Tests come in one a line, `id json`; each answer is a line of its own that begins with the nonce, which is read first.
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <exception>
#include <functional>
#include <iostream>
#include <list>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <unistd.h>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

struct ListNode {
    long long val;
    ListNode* next;
    ListNode(long long val = 0, ListNode* next = nullptr) : val(val), next(next) {}
};
struct TreeNode {
    long long val;
    TreeNode* left;
    TreeNode* right;
    TreeNode(long long val = 0, TreeNode* left = nullptr, TreeNode* right = nullptr) : val(val), left(left), right(right) {}
};
struct GraphNode {
    int val;
    std::vector<GraphNode*> neighbors;
    GraphNode(int val = 0, std::vector<GraphNode*> neighbors = {}) : val(val), neighbors(neighbors) {}
};

#include @FILE@

namespace viva_driver {
struct BadInput : std::runtime_error { using std::runtime_error::runtime_error; };

struct In {
    const char* at;
    const char* end;
    void skip() { while (at < end && (*at == ' ' || *at == '\t')) ++at; }
    bool next(char letter) {
        skip();
        if (at < end && *at == letter) { ++at; return true; }
        return false;
    }
    void need(char letter) {
        if (!next(letter)) throw BadInput(std::string("the signature does not fit the question's types near: ") + std::string(at, std::min<size_t>(end - at, 20)));
    }
    bool word(const char* text) {
        skip();
        size_t length = std::strlen(text);
        if (size_t(end - at) < length || std::strncmp(at, text, length) != 0) return false;
        at += length;
        return true;
    }
};

template <class T> struct Codec;
template <class T> T read(In& in) { return Codec<std::remove_cv_t<T>>::read(in); }
template <class T> void write(std::string& out, const T& value) { Codec<std::remove_cv_t<T>>::write(out, value); }

template <class T> requires(std::is_integral_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, char>) struct Codec<T> {
    static T read(In& in) {
        in.skip();
        T value{};
        auto result = std::from_chars(in.at, in.end, value);
        if (result.ec != std::errc() ) throw BadInput("a number does not fit the parameter's type");
        in.at = result.ptr;
        return value;
    }
    static void write(std::string& out, T value) { out += std::to_string(value); }
};
template <class T> requires std::is_floating_point_v<T> struct Codec<T> {
    static T read(In& in) {
        in.skip();
        double value{};
        auto result = std::from_chars(in.at, in.end, value);
        if (result.ec != std::errc()) throw BadInput("a number is expected");
        in.at = result.ptr;
        return T(value);
    }
    static void write(std::string& out, T value) {
        if (std::isnan(value)) { out += "\"NaN\""; return; }
        if (std::isinf(value)) { out += value > 0 ? "\"Infinity\"" : "\"-Infinity\""; return; }
        char text[40];
        auto result = std::to_chars(text, text + sizeof text, double(value));
        out.append(text, result.ptr);
    }
};
template <> struct Codec<bool> {
    static bool read(In& in) {
        if (in.word("true")) return true;
        if (in.word("false")) return false;
        throw BadInput("true or false is expected");
    }
    static void write(std::string& out, bool value) { out += value ? "true" : "false"; }
};
inline unsigned hex4(In& in) {
    unsigned code = 0;
    for (int i = 0; i < 4 && in.at < in.end; ++i, ++in.at) code = code * 16 + unsigned(*in.at <= '9' ? *in.at - '0' : (*in.at | 32) - 'a' + 10);
    return code;
}
inline void utf8(std::string& out, unsigned code) {
    if (code < 0x80) out += char(code);
    else if (code < 0x800) { out += char(0xc0 | code >> 6); out += char(0x80 | (code & 63)); }
    else if (code < 0x10000) { out += char(0xe0 | code >> 12); out += char(0x80 | (code >> 6 & 63)); out += char(0x80 | (code & 63)); }
    else { out += char(0xf0 | code >> 18); out += char(0x80 | (code >> 12 & 63)); out += char(0x80 | (code >> 6 & 63)); out += char(0x80 | (code & 63)); }
}
template <> struct Codec<std::string> {
    static std::string read(In& in) {
        in.need('"');
        std::string text;
        while (in.at < in.end && *in.at != '"') {
            char letter = *in.at++;
            if (letter != '\\') { text += letter; continue; }
            letter = *in.at++;
            switch (letter) {
                case 'n': text += '\n'; break;
                case 't': text += '\t'; break;
                case 'r': text += '\r'; break;
                case 'b': text += '\b'; break;
                case 'f': text += '\f'; break;
                case 'u': {
                    unsigned code = hex4(in);
                    if (code >= 0xd800 && code < 0xdc00 && in.word("\\u")) code = 0x10000 + ((code - 0xd800) << 10) + (hex4(in) - 0xdc00);
                    utf8(text, code);
                    break;
                }
                default: text += letter;
            }
        }
        in.need('"');
        return text;
    }
    static void write(std::string& out, const std::string& text) {
        out += '"';
        char code[8];
        for (size_t i = 0; i < text.size(); ++i) {
            unsigned char byte = text[i];
            if (byte == '"' || byte == '\\') { out += '\\'; out += char(byte); }
            else if (byte >= 0x20 && byte < 0x7f) out += char(byte);
            else {
                unsigned point = byte, more = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc0 ? 1 : 0;
                if (byte >= 0x80) {
                    point = more == 3 ? byte & 7 : more == 2 ? byte & 15 : byte & 31;
                    bool whole = more > 0 && i + more < text.size();
                    for (unsigned k = 1; whole && k <= more; ++k) {
                        unsigned char next = text[i + k];
                        whole = (next & 0xc0) == 0x80;
                        point = point << 6 | (next & 63);
                    }
                    if (whole) i += more; else point = 0xfffd;
                }
                if (point >= 0x10000) {
                    std::snprintf(code, sizeof code, "\\u%04x", 0xd800 + ((point - 0x10000) >> 10 & 0x3ff));
                    out += code;
                    point = 0xdc00 + ((point - 0x10000) & 0x3ff);
                }
                std::snprintf(code, sizeof code, "\\u%04x", point & 0xffff);
                out += code;
            }
        }
        out += '"';
    }
};
template <> struct Codec<char> {
    static char read(In& in) { auto text = Codec<std::string>::read(in); return text.empty() ? 0 : text[0]; }
    static void write(std::string& out, char value) { Codec<std::string>::write(out, std::string(1, value)); }
};
template <> struct Codec<const char*> {
    static void write(std::string& out, const char* value) { Codec<std::string>::write(out, value); }
};
template <class T> struct Codec<std::optional<T>> {
    static std::optional<T> read(In& in) { if (in.word("null")) return std::nullopt; return viva_driver::read<T>(in); }
    static void write(std::string& out, const std::optional<T>& value) { if (value) viva_driver::write(out, *value); else out += "null"; }
};
template <class C> struct ListCodec {
    static C read(In& in) {
        C values;
        in.need('[');
        if (in.next(']')) return values;
        do values.insert(values.end(), viva_driver::read<typename C::value_type>(in)); while (in.next(','));
        in.need(']');
        return values;
    }
    static void write(std::string& out, const C& values) {
        out += '[';
        bool first = true;
        for (const auto& value : values) {
            if (!first) out += ',';
            first = false;
            viva_driver::write<typename C::value_type>(out, value);
        }
        out += ']';
    }
};
template <class T, class... M> struct Codec<std::vector<T, M...>> : ListCodec<std::vector<T, M...>> {};
template <class T, class... M> struct Codec<std::deque<T, M...>> : ListCodec<std::deque<T, M...>> {};
template <class T, class... M> struct Codec<std::list<T, M...>> : ListCodec<std::list<T, M...>> {};
template <class T, class... M> struct Codec<std::set<T, M...>> : ListCodec<std::set<T, M...>> {};
template <class T, class... M> struct Codec<std::multiset<T, M...>> : ListCodec<std::multiset<T, M...>> {};
template <class T, class... M> struct Codec<std::unordered_set<T, M...>> : ListCodec<std::unordered_set<T, M...>> {};
template <class T> struct TupleCodec {
    static T read(In& in) {
        T values;
        in.need('[');
        bool first = true;
        std::apply([&](auto&... each) { (((first ? first = false : (in.need(','), false)), each = viva_driver::read<std::remove_reference_t<decltype(each)>>(in)), ...); }, values);
        in.need(']');
        return values;
    }
    static void write(std::string& out, const T& values) {
        out += '[';
        bool first = true;
        std::apply([&](const auto&... each) { (((first ? void(first = false) : void(out += ',')), viva_driver::write(out, each)), ...); }, values);
        out += ']';
    }
};
template <class... T> struct Codec<std::tuple<T...>> : TupleCodec<std::tuple<T...>> {};
template <class A, class B> struct Codec<std::pair<A, B>> : TupleCodec<std::pair<A, B>> {};
template <class T, size_t N> struct Codec<std::array<T, N>> : TupleCodec<std::array<T, N>> {};
template <class C> struct MapCodec {
    using Key = typename C::key_type;
    static C read(In& in) {
        C values;
        in.need('{');
        if (in.next('}')) return values;
        do {
            std::string name = viva_driver::read<std::string>(in);
            in.need(':');
            auto value = viva_driver::read<typename C::mapped_type>(in);
            if constexpr (std::is_same_v<Key, std::string>) values.emplace(name, std::move(value));
            else { In key{name.data(), name.data() + name.size()}; values.emplace(viva_driver::read<Key>(key), std::move(value)); }
        } while (in.next(','));
        in.need('}');
        return values;
    }
    static void write(std::string& out, const C& values) {
        out += '{';
        bool first = true;
        for (const auto& [key, value] : values) {
            if (!first) out += ',';
            first = false;
            if constexpr (std::is_same_v<Key, std::string>) viva_driver::write(out, key);
            else { std::string name; viva_driver::write(name, key); viva_driver::write(out, name); }
            out += ':';
            viva_driver::write(out, value);
        }
        out += '}';
    }
};
template <class K, class V, class... M> struct Codec<std::map<K, V, M...>> : MapCodec<std::map<K, V, M...>> {};
template <class K, class V, class... M> struct Codec<std::unordered_map<K, V, M...>> : MapCodec<std::unordered_map<K, V, M...>> {};
template <> struct Codec<ListNode*> {
    static ListNode* read(In& in) {
        ListNode* head = nullptr;
        ListNode** tail = &head;
        for (auto value : viva_driver::read<std::vector<decltype(ListNode::val)>>(in)) { *tail = new ListNode(value); tail = &(*tail)->next; }
        return head;
    }
    static void write(std::string& out, ListNode* node) {
        out += '[';
        std::unordered_set<ListNode*> seen;
        for (auto* at = node; at; at = at->next) {
            if (!seen.insert(at).second) throw std::runtime_error("the linked list that was returned has a cycle");
            if (at != node) out += ',';
            viva_driver::write(out, at->val);
        }
        out += ']';
    }
};
template <> struct Codec<TreeNode*> {
    static TreeNode* read(In& in) {
        auto values = viva_driver::read<std::vector<std::optional<decltype(TreeNode::val)>>>(in);
        if (values.empty()) return nullptr;
        auto* root = new TreeNode(*values[0]);
        std::deque<TreeNode*> level{root};
        for (size_t at = 1; at < values.size() && !level.empty(); level.pop_front())
            for (auto side : {&TreeNode::left, &TreeNode::right})
                if (at < values.size()) {
                    if (values[at]) level.push_back(level.front()->*side = new TreeNode(*values[at]));
                    ++at;
                }
        return root;
    }
    static void write(std::string& out, TreeNode* root) {
        std::vector<std::optional<decltype(TreeNode::val)>> values;
        std::deque<TreeNode*> level{root};
        for (; !level.empty(); level.pop_front()) {
            auto* node = level.front();
            if (values.size() > 1000000) throw std::runtime_error("the tree that was returned has a cycle");
            if (!node) { values.push_back(std::nullopt); continue; }
            values.push_back(node->val);
            level.push_back(node->left);
            level.push_back(node->right);
        }
        while (!values.empty() && !values.back()) values.pop_back();
        viva_driver::write(out, values);
    }
};
template <> struct Codec<GraphNode*> {
    static GraphNode* read(In& in) {
        auto edges = viva_driver::read<std::vector<std::vector<int>>>(in);
        std::vector<GraphNode*> nodes;
        for (size_t i = 0; i < edges.size(); ++i) nodes.push_back(new GraphNode(int(i)));
        for (size_t i = 0; i < edges.size(); ++i) for (int other : edges[i]) nodes[i]->neighbors.push_back(nodes.at(other));
        return nodes.empty() ? nullptr : nodes[0];
    }
    static void write(std::string& out, GraphNode* start) {
        std::map<int, GraphNode*> seen;
        std::vector<GraphNode*> open;
        if (start) open.push_back(start);
        while (!open.empty()) {
            auto* node = open.back();
            open.pop_back();
            if (seen.emplace(node->val, node).second) for (auto* other : node->neighbors) open.push_back(other);
        }
        std::vector<std::vector<int>> edges(seen.empty() ? 0 : seen.rbegin()->first + 1);
        for (auto& [at, node] : seen) for (auto* other : node->neighbors) edges[at].push_back(other->val);
        viva_driver::write(out, edges);
    }
};

// An argument of a constructor: becomes whatever the parameter is, but not the class itself.
template <class Class> struct Argument {
    In& in;
    bool* first;
    template <class T> requires(!std::is_same_v<std::remove_cv_t<T>, Class>) operator T() const {
        if (*first) *first = false; else in.need(',');
        return read<T>(in);
    }
};

template <class R, class F, class... A> void call(In& in, std::string& out, F function) {
    std::tuple<std::decay_t<A>...> arguments;
    bool first = true;
    std::apply([&](auto&... each) { (((first ? first = false : (in.need(','), false)), each = read<std::remove_reference_t<decltype(each)>>(in)), ...); }, arguments);
    auto run = [&](auto&... each) -> R { return function(static_cast<A>(static_cast<std::conditional_t<std::is_lvalue_reference_v<A>, A, std::decay_t<A>&&>>(each))...); };
    if constexpr (std::is_void_v<R>) { std::apply(run, arguments); out += "null"; }
    else { write<std::decay_t<R>>(out, std::apply(run, arguments)); }
}
template <class R, class... A> void invoke(In& in, std::string& out, R (*function)(A...)) { call<R, decltype(function), A...>(in, out, function); }
template <class C, class R, class... A> void invoke(In& in, std::string& out, C& object, R (C::*method)(A...)) {
    auto bound = [&](auto&&... each) -> R { return (object.*method)(std::forward<decltype(each)>(each)...); };
    call<R, decltype(bound), A...>(in, out, bound);
}
template <class C, class R, class... A> void invoke(In& in, std::string& out, C& object, R (C::*method)(A...) const) {
    auto bound = [&](auto&&... each) -> R { return (object.*method)(std::forward<decltype(each)>(each)...); };
    call<R, decltype(bound), A...>(in, out, bound);
}

inline void run(In& in, std::string& out) {
@RUN@
}

inline bool line(std::string& text) {
    static char piece[1 << 16];
    static size_t from = 0, to = 0;
    text.clear();
    for (;;) {
        for (size_t at = from; at < to; ++at)
            if (piece[at] == '\n') { text.append(piece + from, at - from); from = at + 1; return true; }
        text.append(piece + from, to - from);
        from = to = 0;
        ssize_t count = ::read(@IN@, piece, sizeof piece);
        if (count <= 0) return false;
        to = size_t(count);
    }
}
inline void answer(const std::string& nonce, const std::string& text) {
    std::cout.flush();
    std::cerr.flush();
    std::fflush(nullptr);
    std::string data = (@OUT@ == 1 ? "\n" : "") + nonce + text + "\n";
    for (size_t at = 0; at < data.size();) {
        ssize_t count = ::write(@OUT@, data.data() + at, data.size() - at);
        if (count <= 0) return;
        at += size_t(count);
    }
}
inline std::string error_of(const char* kind, const std::string& message) {
    std::string out = "{\"kind\":";
    write(out, std::string(kind));
    out += ",\"message\":";
    write(out, message.substr(0, 2000));
    return out + ",\"line\":null,\"syntax\":false}";
}
}

int main() {
    using namespace viva_driver;
    std::string nonce, text;
    if (!line(nonce)) return 0;
    answer(nonce, "- value null");
    while (line(text)) {
        size_t space = text.find(' ');
        std::string name = text.substr(0, space), out;
        In in{text.data() + space + 1, text.data() + text.size()};
        try {
            viva_driver::run(in, out);
            answer(nonce, name + " value " + out);
        } catch (const BadInput& error) {
            answer(nonce, name + " error " + error_of("signature", error.what()));
        } catch (const std::bad_alloc& error) {
            answer(nonce, name + " error " + error_of("std::bad_alloc", error.what()));
        } catch (const std::out_of_range& error) {
            answer(nonce, name + " error " + error_of("std::out_of_range", error.what()));
        } catch (const std::exception& error) {
            answer(nonce, name + " error " + error_of("std::exception", error.what()));
        } catch (...) {
            answer(nonce, name + " error " + error_of("exception", "something that is no std::exception was thrown"));
        }
    }
    std::cout.flush();
    std::_Exit(0);
}

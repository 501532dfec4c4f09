// Reads the arguments of a C++ solution as words and writes its answers as JSON.
namespace viva {
inline std::string all;
inline std::size_t at = 0;
inline void load() { all.assign(std::istreambuf_iterator<char>(std::cin), {}); }
inline long long whole() {
    char* end;
    long long value = std::strtoll(all.c_str() + at, &end, 10);
    at = end - all.c_str();
    return value;
}
template <class T> struct In;
template <> struct In<long long> { static long long get() { return whole(); } };
template <> struct In<bool> { static bool get() { return whole() != 0; } };
template <> struct In<double> {
    static double get() {
        char* end;
        double value = std::strtod(all.c_str() + at, &end);
        at = end - all.c_str();
        return value;
    }
};
template <> struct In<std::string> {
    static std::string get() {
        std::size_t length = whole();
        std::string text = all.substr(at + 1, length);
        at += 1 + length;
        return text;
    }
};
template <class T> struct In<std::vector<T>> {
    static std::vector<T> get() {
        std::vector<T> values;
        for (long long count = whole(); count > 0; count--) values.push_back(In<T>::get());
        return values;
    }
};
template <class T, std::size_t N> struct In<std::array<T, N>> {
    static std::array<T, N> get() {
        std::array<T, N> values;
        whole();
        for (auto& value : values) value = In<T>::get();
        return values;
    }
};
template <class T> struct In<std::map<std::string, T>> {
    static std::map<std::string, T> get() {
        std::map<std::string, T> values;
        for (long long count = whole(); count > 0; count--) {
            std::string key = In<std::string>::get();
            values[key] = In<T>::get();
        }
        return values;
    }
};
template <class T> struct In<std::optional<T>> {
    static std::optional<T> get() {
        if (whole() == 0) return std::nullopt;
        return In<T>::get();
    }
};

inline std::string out;
inline void put(long long value) { out += std::to_string(value); }
inline void put(int value) { out += std::to_string(value); }
inline void put(unsigned long value) { out += std::to_string(value); }
inline void put(bool value) { out += value ? "true" : "false"; }
inline void put(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", value);
    out += text;
}
inline void put(const std::string& text) {
    out += '"';
    for (unsigned char c : text) {
        char code[8];
        if (c == '"' || c == '\\') (out += '\\') += c;
        else if (c < 32) std::snprintf(code, sizeof code, "\\u%04x", c), out += code;
        else out += c;
    }
    out += '"';
}
template <class T> void put(const std::optional<T>& value);
template <class T> void put(const std::map<std::string, T>& values);
template <class T, std::size_t N> void put(const std::array<T, N>& values);
template <class T> void put(const std::vector<T>& values) {
    out += '[';
    bool first = true;
    for (const T& value : values) {
        if (!first) out += ',';
        first = false;
        put(value);
    }
    out += ']';
}
template <class T, std::size_t N> void put(const std::array<T, N>& values) {
    put(std::vector<T>(values.begin(), values.end()));
}
template <class T> void put(const std::optional<T>& value) {
    if (value) put(*value);
    else out += "null";
}
template <class T> void put(const std::map<std::string, T>& values) {
    out += '{';
    bool first = true;
    for (const auto& [key, value] : values) {
        if (!first) out += ',';
        first = false;
        put(key);
        out += ':';
        put(value);
    }
    out += '}';
}
inline void flush() {
    out += '\n';
    std::fwrite(out.data(), 1, out.size(), stdout);
    std::fflush(stdout);
    out.clear();
}
inline void fail(const char* why) {
    out = "{\"error\":";
    put(std::string(why));
    out += ",\"cpu_us\":0}";
}
inline long long micros(std::clock_t begun) { return (std::clock() - begun) * 1000000LL / CLOCKS_PER_SEC; }
}  // namespace viva

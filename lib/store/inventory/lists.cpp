#include "store/inventory/lists.h"

namespace mtlsca::store {

// Each line has its line break, so that no value and one empty value are two things.
std::string to_lines(const std::vector<std::string>& values) {
    std::string text;
    for (const std::string& value : values) {
        for (const char c : value) {
            if (c == '\\' || c == '\n')
                text += '\\';
            text += c == '\n' ? 'n' : c;
        }
        text += '\n';
    }
    return text;
}

std::vector<std::string> from_lines(std::string_view text) {
    std::vector<std::string> values;
    std::string value;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n') {
            values.push_back(std::move(value));
            value.clear();
        } else if (text[i] == '\\' && i + 1 < text.size()) {
            ++i;
            value += text[i] == 'n' ? '\n' : text[i];
        } else {
            value += text[i];
        }
    }
    return values;
}

} // namespace mtlsca::store

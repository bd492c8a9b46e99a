#include "deploy/nginx/language/variables.h"

#include <algorithm>
#include <cctype>

namespace mtlsca::deploy::nginx {

std::vector<Piece> pieces_of(std::string_view text) {
    std::vector<Piece> pieces;
    while (!text.empty()) {
        const std::size_t dollar = text.find('$');
        if (dollar != 0)
            pieces.push_back({text.substr(0, dollar), false});
        if (dollar == std::string_view::npos)
            break;
        const bool has_braces = dollar + 1 < text.size() && text[dollar + 1] == '{';
        const std::size_t begin = dollar + (has_braces ? 2 : 1);
        const auto* const end =
            std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(begin), text.end(), [](char c) {
                return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
            });
        const auto length = static_cast<std::size_t>(end - text.begin()) - begin;
        pieces.push_back({text.substr(begin, length), true});
        text.remove_prefix(std::min(text.size(), begin + length + (has_braces ? 1 : 0)));
    }
    return pieces;
}

} // namespace mtlsca::deploy::nginx

// Variables inside a word of nginx's configuration: "$name" and "${name}".
#pragma once

#include <string_view>
#include <vector>

namespace mtlsca::deploy::nginx {

// A word cut into literal text and names of variables (without "$"), in order. Views into the text.
struct Piece {
    std::string_view text;
    bool is_variable;
};
std::vector<Piece> pieces_of(std::string_view text);

} // namespace mtlsca::deploy::nginx

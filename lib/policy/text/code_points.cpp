#include "policy/text/code_points.h"

#include "encoding/text.h"

namespace mtlsca::policy {
namespace {

constexpr char32_t replacement = 0xfffd;

std::size_t sequence_size(unsigned char lead) {
    return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

} // namespace

std::u32string code_points(std::string_view text) {
    std::u32string points;
    points.reserve(text.size());
    while (!text.empty()) {
        const auto lead = static_cast<unsigned char>(text[0]);
        const std::size_t size = sequence_size(lead);
        if (size > 1 && !encoding::is_utf8(text.substr(0, size))) {
            points += replacement;
            text.remove_prefix(1);
            continue;
        }
        char32_t point = size == 1 ? lead : lead & (0x7fU >> size);
        for (char c : text.substr(1, size - 1))
            point = point << 6 | (static_cast<unsigned char>(c) & 0x3fU);
        points += point;
        text.remove_prefix(size);
    }
    return points;
}

} // namespace mtlsca::policy

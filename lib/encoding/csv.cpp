#include "encoding/csv.h"

#include <algorithm>

namespace mtlsca::encoding {
namespace {

// Takes one field and what ends it from the front of `rest`; false where it is none.
bool take_field(std::string_view& rest, std::string& field) {
    if (!rest.starts_with('"')) {
        const std::size_t size = std::min(rest.find(','), rest.size());
        field = rest.substr(0, size);
        rest.remove_prefix(size);
        return field.find('"') == std::string::npos;
    }
    rest.remove_prefix(1);
    for (;;) {
        const std::size_t quote = rest.find('"');
        if (quote == std::string_view::npos)
            return false;
        field += rest.substr(0, quote);
        rest.remove_prefix(quote + 1);
        if (!rest.starts_with('"'))
            return rest.empty() || rest.front() == ',';
        field += '"';
        rest.remove_prefix(1);
    }
}

} // namespace

std::optional<std::vector<std::string>> csv_fields(std::string_view record) {
    std::vector<std::string> fields;
    for (;;) {
        if (!take_field(record, fields.emplace_back()))
            return std::nullopt;
        if (record.empty())
            return fields;
        record.remove_prefix(1);
    }
}

} // namespace mtlsca::encoding

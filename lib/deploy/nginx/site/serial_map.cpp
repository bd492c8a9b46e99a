#include "deploy/nginx/site/serial_map.h"

#include "encoding/hex.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx {
namespace {

constexpr std::string_view digits = "0123456789ABCDEF";

} // namespace

// nginx counts a key in a bucket as a pointer, a length of two bytes and the key, aligned to pointers
// (ngx_hash.c). With a bucket for each key, 12 in one of them do not happen by chance below some million
// keys, and from 10,000 buckets on nginx begins its search near the maximum instead of at the bottom.
HashSizes hash_sizes(std::size_t keys, std::size_t longest_key) {
    constexpr std::size_t pointer = 8;
    const std::size_t element = pointer + (longest_key + 2 + pointer - 1) / pointer * pointer;
    const std::size_t elements = keys > 1000 ? 12 : 3;
    return {.maximum = std::max<std::size_t>(4096, std::bit_ceil(keys)),
            .bucket = std::max<std::size_t>(256, std::bit_ceil(pointer + elements * element))};
}

std::string serial_text(ByteView serial) {
    while (serial.size() > 1 && serial[0] == 0)
        serial = serial.subspan(1);
    return encoding::to_upper_hex(serial);
}

SerialMap::SerialMap(std::string variable, std::string otherwise, const io::Path& spool_folder)
    : variable_(std::move(variable)), otherwise_(std::move(otherwise)), folder_(spool_folder) {}

void SerialMap::add(const std::string& serial, const Token& value) {
    Part& part = parts_.at(digits.find(serial.back()));
    if (!part.lines)
        part.lines = std::make_unique<io::Spool>(folder_);
    part.lines->write(as_bytes(fmt::format("    {} {};\n", serial, value.text())));
    ++part.keys;
    ++keys_;
    longest_key_ = std::max(longest_key_, serial.size());
}

std::size_t SerialMap::most_keys() const {
    if (!is_split())
        return keys_;
    return std::max_element(parts_.begin(), parts_.end(),
                            [](const Part& a, const Part& b) { return a.keys < b.keys; })
        ->keys;
}

void SerialMap::write(const Sink& sink) {
    if (is_split())
        return write_parts(sink);
    sink(fmt::format("map $mtlsca_serial {} {{\n    default {};\n", variable_, otherwise_));
    write_lines(sink);
    sink("}\n");
}

void SerialMap::write_lines(const Sink& sink) {
    for (Part& part : parts_)
        if (part.lines)
            sink(as_text(part.lines->map()));
}

void SerialMap::write_parts(const Sink& sink) {
    std::string above = fmt::format("map $mtlsca_serial_end {} {{\n    default {};\n", variable_, otherwise_);
    for (std::size_t digit = 0; digit < parts_.size(); ++digit) {
        Part& part = parts_[digit];
        if (!part.lines)
            continue;
        const std::string variable = fmt::format("{}_{}", variable_, digits[digit]);
        sink(fmt::format("map $mtlsca_serial {} {{\n    default {};\n", variable, otherwise_));
        sink(as_text(part.lines->map()));
        sink("}\n");
        above += fmt::format("    {} {};\n", digits[digit], variable);
    }
    sink(above + "}\n");
}

} // namespace mtlsca::deploy::nginx

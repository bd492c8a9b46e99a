// Maps of nginx from serials to something, of any size.
//
// nginx finds a key in constant time, but while it reads its configuration it compares each key of a map with
// the hundredth part of all others: a million keys in one map take it 7.2 s and 253 MB, in sixteen maps 2.6 s
// and 122 MB (nginx 1.22.1, `nginx -t`, 2026-11). So a large map is sixteen, by the last digit of the serial,
// and one above them, whose values nginx evaluates only when they are wanted.
#pragma once

#include "deploy/nginx/language/token.h"
#include "io/file.h"

#include <array>
#include <functional>
#include <memory>

namespace mtlsca::deploy::nginx {

using Sink = std::function<void(std::string_view)>;

// What nginx's hash tables of maps need, so that it builds them at once and without a warning.
struct HashSizes {
    std::size_t maximum = 0;
    std::size_t bucket = 0;
};
HashSizes hash_sizes(std::size_t keys, std::size_t longest_key);

// Upper-case hex, as nginx prints $ssl_client_serial.
std::string serial_text(ByteView serial);

// Lines go to files without a name, so that memory does not grow with their number.
class SerialMap {
public:
    // `variable` is what the map defines: "$mtlsca_name". `otherwise` is its default.
    SerialMap(std::string variable, std::string otherwise, const io::Path& spool_folder);
    // Each serial once: nginx refuses a map that holds a key twice.
    void add(const std::string& serial, const Token& value);
    void write(const Sink& sink);
    std::size_t most_keys() const; // in one of nginx's maps
    std::size_t longest_key() const { return longest_key_; }

private:
    struct Part {
        std::unique_ptr<io::Spool> lines; // made with the first line
        std::size_t keys = 0;
    };
    bool is_split() const { return keys_ > largest_whole; }
    void write_lines(const Sink& sink);
    void write_parts(const Sink& sink);

    static constexpr std::size_t largest_whole = 10000; // below it nothing is won
    std::string variable_, otherwise_;
    io::Path folder_;
    std::array<Part, 16> parts_; // by the last digit
    std::size_t keys_ = 0, longest_key_ = 0;
};

} // namespace mtlsca::deploy::nginx

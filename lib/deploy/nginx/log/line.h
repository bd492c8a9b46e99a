// A line of a log of nginx, taken apart. Lines are hostile: whoever sends requests writes parts of them.
#pragma once

#include "time.h"

#include <optional>
#include <string>
#include <string_view>

namespace mtlsca::deploy::nginx {

struct LogLine {
    enum class Form {
        text,     // log_format mtlsca of http.conf
        json,     // log_format mtlsca_json
        combined, // nginx's own format, which says nothing of certificates
        error,    // the error log
    } form = Form::text;
    std::optional<Time> time; // of text and json; the others don't say it so that it could be compared
    std::string when;         // as it stands there
    std::string client;       // address
    // What nginx writes as "-" is empty here, and bytes that it escaped are themselves again.
    std::string verify; // "SUCCESS", "FAILED:certificate revoked", "NONE"
    std::string dn, serial, role, san, tls, cipher, reused, upstream, host, request;
    std::optional<unsigned> status;
    std::string message; // of the error log: what happened, without the details behind it
    std::string server;  // of the error log: the server_name
};
const char* to_string(LogLine::Form form); // "text", …

// nginx takes request lines of 8 KB (large_client_header_buffers) and writes a byte as up to four characters.
inline constexpr std::size_t longest_log_line = 128UL * 1024;

// Empty for anything else, and for lines that are longer.
std::optional<LogLine> read_log_line(std::string_view line);

} // namespace mtlsca::deploy::nginx

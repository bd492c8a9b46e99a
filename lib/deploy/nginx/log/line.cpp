#include "deploy/nginx/log/line.h"

#include "encoding/hex.h"
#include "encoding/network.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace mtlsca::deploy::nginx {
namespace {

using Members = std::map<std::string, std::string, std::less<>>;

constexpr std::string_view digits = "0123456789";

// Takes what stands before `end`, and `end`, from the front.
std::optional<std::string_view> take_until(std::string_view& text, std::string_view end) {
    const std::size_t at = text.find(end);
    if (at == std::string_view::npos)
        return std::nullopt;
    const std::string_view taken = text.substr(0, at);
    text.remove_prefix(at + end.size());
    return taken;
}

// \xHH, as nginx's default escaping writes quotes, backslashes and everything beyond printable ASCII.
std::string unescaped(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto octet =
            text.substr(i, 2) == "\\x" ? encoding::from_hex(text.substr(i + 2, 2)) : std::nullopt;
        if (!octet || octet->size() != 1) {
            plain += text[i];
            continue;
        }
        plain += static_cast<char>(octet->front());
        i += 3;
    }
    return plain;
}

std::optional<unsigned> parse_status(std::string_view text) {
    if (text.size() != 3 || text.find_first_not_of(digits) != std::string_view::npos)
        return std::nullopt;
    return static_cast<unsigned>(std::stoi(std::string(text)));
}

std::optional<LogLine> from_members(const Members& members, LogLine::Form form) {
    const auto value = [&](std::string_view name) {
        const auto member = members.find(name);
        return member == members.end() || member->second == "-" ? std::string() : member->second;
    };
    // Without these it is another format that happens to look alike.
    if (!members.contains("verify") || !members.contains("client") || !members.contains("serial"))
        return std::nullopt;
    LogLine line;
    line.form = form;
    line.when = value("time");
    line.time = parse_time(line.when);
    line.client = value("client");
    line.verify = value("verify");
    line.dn = value("dn");
    line.serial = value("serial");
    line.role = value("role");
    line.san = value("san");
    line.tls = value("tls");
    line.cipher = value("cipher");
    line.reused = value("reused");
    line.upstream = value("upstream");
    line.host = value("host");
    line.request = value("request");
    line.status = parse_status(value("status"));
    return line;
}

// TIME client=… verify="…" …: no quote and no blank stands inside a value as it is, since nginx escapes the
// one and we quote what may hold the other.
std::optional<LogLine> read_text(std::string_view text) {
    Members members;
    const auto time = take_until(text, " ");
    if (!time)
        return std::nullopt;
    members["time"] = *time;
    while (!text.empty()) {
        const auto name = take_until(text, "=");
        if (!name || name->empty() || name->find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != name->npos)
            return std::nullopt;
        std::string_view value;
        if (text.starts_with('"')) {
            text.remove_prefix(1);
            const auto quoted = take_until(text, "\"");
            if (!quoted)
                return std::nullopt;
            value = *quoted;
            if (!text.empty() && text.front() != ' ')
                return std::nullopt;
            text.remove_prefix(std::min<std::size_t>(1, text.size()));
        } else {
            value = text.substr(0, text.find(' '));
            text.remove_prefix(std::min(value.size() + 1, text.size()));
        }
        members.emplace(*name, unescaped(value));
    }
    return from_members(members, LogLine::Form::text);
}

std::optional<LogLine> read_json(std::string_view text) {
    const auto object = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!object.is_object())
        return std::nullopt;
    Members members;
    for (const auto& [name, value] : object.items()) {
        if (value.is_string())
            members[name] = value.get<std::string>();
        else if (value.is_number_unsigned())
            members[name] = std::to_string(value.get<std::uint64_t>());
    }
    return from_members(members, LogLine::Form::json);
}

// 127.0.0.1 - - [22/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 403 153 "-" "curl/7.88.1"
std::optional<LogLine> read_combined(std::string_view text) {
    LogLine line;
    line.form = LogLine::Form::combined;
    const auto client = take_until(text, " - ");
    const auto user = take_until(text, " [");
    const auto time = take_until(text, "] \"");
    const auto request = take_until(text, "\" ");
    const bool is_client = client && (*client == "unix:" || encoding::parse_address(*client));
    if (!is_client || !user || !time || !request)
        return std::nullopt;
    line.client = *client;
    line.when = *time;
    line.request = unescaped(*request);
    line.status = parse_status(text.substr(0, 3));
    return line.status ? std::optional(line) : std::nullopt;
}

// What stands behind `name`, up to the next detail; quotes are left away.
std::string detail(std::string_view text, std::string_view name) {
    const std::size_t at = text.find(name);
    if (at == std::string_view::npos)
        return {};
    text.remove_prefix(at + name.size());
    if (text.starts_with('"'))
        return std::string(text.substr(1, std::min(text.find("\", "), text.find_last_of('"')) - 1));
    return std::string(text.substr(0, text.find(", ")));
}

// 2026/11/22 10:00:00 [info] 77#77: *5 MESSAGE, client: ADDRESS, server: NAME, request: "…", host: "…"
std::optional<LogLine> read_error(std::string_view text) {
    LogLine line;
    line.form = LogLine::Form::error;
    const auto when = take_until(text, " [");
    const auto level = take_until(text, "] ");
    const auto process = take_until(text, ": ");
    if (!when || when->size() != 19 || (*when)[4] != '/' || !level || !process || process->empty() ||
        process->find_first_not_of("0123456789#") != process->npos)
        return std::nullopt;
    line.when = *when;
    if (text.starts_with('*'))
        take_until(text, " ");
    // The client writes into the request and what follows it, not into what comes before.
    const std::size_t details = text.find(", client: ");
    line.message = text.substr(0, details);
    if (details == std::string_view::npos)
        return line;
    text.remove_prefix(details);
    line.client = detail(text, ", client: ");
    line.server = detail(text, ", server: ");
    line.request = detail(text, ", request: ");
    line.upstream = detail(text, ", upstream: ");
    line.host = detail(text, ", host: ");
    return line;
}

} // namespace

const char* to_string(LogLine::Form form) {
    switch (form) {
    case LogLine::Form::text:
        return "text";
    case LogLine::Form::json:
        return "json";
    case LogLine::Form::combined:
        return "combined";
    case LogLine::Form::error:
        return "error";
    }
    return "";
}

std::optional<LogLine> read_log_line(std::string_view line) {
    while (line.ends_with('\n') || line.ends_with('\r') || line.ends_with(' '))
        line.remove_suffix(1);
    if (line.empty() || line.size() > longest_log_line)
        return std::nullopt;
    if (line.starts_with('{'))
        return read_json(line);
    if (auto read = read_text(line))
        return read;
    if (auto read = read_error(line))
        return read;
    return read_combined(line);
}

} // namespace mtlsca::deploy::nginx

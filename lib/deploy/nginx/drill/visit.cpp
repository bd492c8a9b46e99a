#include "deploy/nginx/drill/visit.h"

#include "encoding/network.h"
#include "encoding/text.h"

#include <algorithm>
#include <array>

namespace mtlsca::deploy::nginx {
namespace {

constexpr std::size_t longest_url = 2048;  // far below the 8 KB of nginx's large_client_header_buffers
constexpr std::size_t longest_title = 100; // nginx's own have 40

bool is_port(std::string_view text) {
    if (text.empty() || text.size() > 5 || text.find_first_not_of("0123456789") != std::string_view::npos)
        return false;
    const int port = std::stoi(std::string(text));
    return port >= 1 && port <= 65535;
}

// Visible ASCII but what RFC 3986 lets stand nowhere in a URL.
bool is_request_target(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c < 0x7f && std::string_view("\"<>\\^`{|}#").find(c) == std::string_view::npos;
    });
}

bool is_host(const std::string& text) {
    return encoding::parse_address(text).has_value() ||
           (!text.empty() && text.size() <= 253 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
           }));
}

std::string_view between(std::string_view text, std::string_view begin, std::string_view end) {
    const std::size_t from = text.find(begin);
    if (from == std::string_view::npos)
        return {};
    const std::size_t to = text.find(end, from + begin.size());
    return to == std::string_view::npos ? std::string_view()
                                        : text.substr(from + begin.size(), to - from - begin.size());
}

unsigned status_of(std::string_view line) {
    // "HTTP/1.1 403 Forbidden"
    if (!line.starts_with("HTTP/1.") || line.size() < 12 || line[8] != ' ' ||
        line.substr(9, 3).find_first_not_of("0123456789") != std::string_view::npos)
        return 0;
    return static_cast<unsigned>(std::stoi(std::string(line.substr(9, 3))));
}

} // namespace

std::string Url::authority() const {
    const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return port == "443" ? name : name + ":" + port;
}

std::string Url::to_string() const {
    return "https://" + authority() + path;
}

std::optional<HostAndPort> parse_host_and_port(std::string_view text) {
    HostAndPort parsed;
    std::string_view rest;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos)
            return std::nullopt;
        parsed.host = text.substr(1, end - 1);
        rest = text.substr(end + 1);
        if (parsed.host.find(':') == std::string::npos)
            return std::nullopt;
    } else {
        const std::size_t colon = text.find(':');
        parsed.host = encoding::to_lower_ascii(text.substr(0, colon));
        rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
    }
    if (!is_host(parsed.host) || (!rest.empty() && (rest[0] != ':' || !is_port(rest.substr(1)))))
        return std::nullopt;
    if (!rest.empty())
        parsed.port = rest.substr(1);
    return parsed;
}

std::optional<Url> parse_https_url(std::string_view text) {
    constexpr std::string_view scheme = "https://";
    if (text.size() > longest_url ||
        !encoding::to_lower_ascii(text.substr(0, scheme.size())).starts_with(scheme))
        return std::nullopt;
    text.remove_prefix(scheme.size());
    const std::size_t end = std::min(text.find_first_of("/?"), text.size());
    auto server = parse_host_and_port(text.substr(0, end));
    std::string path(text.substr(end));
    if (!server || !is_request_target(path))
        return std::nullopt;
    if (!path.starts_with('/'))
        path.insert(0, "/");
    return Url{std::move(server->host), server->port.empty() ? "443" : server->port, std::move(path)};
}

std::string request_text(const Url& url) {
    return "GET " + url.path + " HTTP/1.1\r\nHost: " + url.authority() +
           "\r\nUser-Agent: mtlsca-drill\r\nAccept: */*\r\nConnection: close\r\n\r\n";
}

Answer read_answer(std::string_view text) {
    Answer answer;
    const std::size_t line_end = text.find('\n');
    if (line_end == std::string_view::npos)
        return answer;
    std::string_view line = text.substr(0, line_end);
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    answer.status = status_of(line);
    answer.title = answer.status != 0 && line.size() > 13 ? std::string(line.substr(13)) : "";
    // nginx says in the title of its page what the status alone does not: 400 is a bad request or a bad
    // certificate.
    std::string_view title = between(text, "<title>", "</title>");
    const std::string number = std::to_string(answer.status) + " ";
    if (title.starts_with(number))
        title.remove_prefix(number.size());
    if (!title.empty())
        answer.title = title;
    answer.title.resize(std::min(answer.title.size(), longest_title));
    const bool is_page = encoding::to_lower_ascii(text).find("content-type: text/html") != std::string::npos;
    const bool headers_end = text.find("\r\n\r\n") != std::string_view::npos;
    answer.is_enough = answer.status < 400 || !title.empty() || (headers_end && !is_page);
    return answer;
}

Visit::Verdict judge_status(unsigned status) {
    constexpr std::array refusals{400U, 401U, 403U, 495U, 496U};
    if (std::find(refusals.begin(), refusals.end(), status) != refusals.end())
        return Visit::Verdict::refused;
    return status >= 200 && status < 500 ? Visit::Verdict::let_in : Visit::Verdict::unclear;
}

Visit visit(const x509::TlsServer& server, const Url& url, const x509::TlsIdentity* identity,
            std::optional<x509::TlsVersion> version, x509::TlsSession resume) {
    x509::TlsRequest request;
    request.identity = identity;
    request.version = version;
    request.resume = std::move(resume);
    request.text = request_text(url);
    request.is_enough = [](std::string_view text) { return read_answer(text).is_enough; };

    Visit visit;
    visit.answer = x509::ask(server, request);
    visit.what = visit.answer.problem;
    if (visit.answer.outcome == x509::TlsAnswer::Outcome::refused) {
        visit.verdict = Visit::Verdict::refused;
        visit.what = "the handshake: " + visit.answer.problem;
    }
    if (visit.answer.outcome != x509::TlsAnswer::Outcome::answered)
        return visit;
    const Answer answer = read_answer(visit.answer.text);
    visit.status = answer.status;
    visit.verdict = judge_status(answer.status);
    visit.what =
        answer.status == 0 ? "does not speak HTTP" : std::to_string(answer.status) + " " + answer.title;
    return visit;
}

} // namespace mtlsca::deploy::nginx

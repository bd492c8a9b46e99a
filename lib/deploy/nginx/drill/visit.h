// One visit of a site by a client, and whether it was let in.
#pragma once

#include "x509/tls/client.h"

#include <optional>
#include <string>

namespace mtlsca::deploy::nginx {

// "https://example.com:8443/admin?x=1", in its parts.
struct Url {
    std::string host; // a host name or an address, IPv6 without brackets
    std::string port; // "443" where none was said
    std::string path; // with the query, "/" at least

    std::string authority() const; // "example.com:8443", "[::1]": what a Host header says
    std::string to_string() const;
};
// Empty for anything but https, a user name, a fragment, or characters that would have to be escaped (RFC
// 3986).
std::optional<Url> parse_https_url(std::string_view text);
// "10.0.0.5", "10.0.0.5:8443", "[::1]:8443", "host": the port is empty where none was said.
struct HostAndPort {
    std::string host;
    std::string port;
};
std::optional<HostAndPort> parse_host_and_port(std::string_view text);

// A GET that asks for no second request on the connection.
std::string request_text(const Url& url);

struct Visit {
    enum class Verdict {
        let_in,
        refused, // by 400, 401, 403, nginx's 495 and 496, or in the handshake
        unclear, // the server is broken or away: neither proves anything
    } verdict = Verdict::unclear;
    unsigned status = 0; // of HTTP; 0: there was none
    std::string what; // "403 Forbidden", "400 The SSL certificate error", "does not answer": from the server,
                      // not escaped
    x509::TlsAnswer answer;
};
// Error(failed) as x509::ask().
Visit visit(const x509::TlsServer& server, const Url& url, const x509::TlsIdentity* identity,
            std::optional<x509::TlsVersion> version = std::nullopt, x509::TlsSession resume = nullptr);

// What HTTP says: the part of visit() that reads what a stranger sent.
struct Answer {
    unsigned status = 0;    // 0: not HTTP
    std::string title;      // of the page behind it; else the reason phrase
    bool is_enough = false; // nothing more is to be learnt from what follows
};
Answer read_answer(std::string_view text);
Visit::Verdict judge_status(unsigned status);

} // namespace mtlsca::deploy::nginx

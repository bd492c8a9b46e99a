#include "deploy/nginx/language/directives.h"

#include "deploy/nginx/language/variables.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx {
namespace {

// Older than every nginx that is asked about (oldest_version, and what came a while before it).
constexpr Version ancient{1, 0, 0};

struct Directives {
    Version since;
    std::string_view names; // with a blank around each
};
// From "This directive appeared in version" of https://nginx.org/en/docs/dirindex.html.
constexpr std::array directives{
    Directives{
        ancient,
        " user worker_processes worker_rlimit_nofile worker_connections pid error_log events http server "
        "location include listen server_name root alias index try_files return rewrite set if break map "
        "geo default hostnames types default_type upstream log_format access_log error_page internal allow "
        "deny satisfy limit_except client_max_body_size client_body_temp_path proxy_temp_path "
        "fastcgi_temp_path uwsgi_temp_path scgi_temp_path map_hash_max_size map_hash_bucket_size "
        "server_names_hash_bucket_size server_names_hash_max_size variables_hash_bucket_size "
        "variables_hash_max_size underscores_in_headers ignore_invalid_headers merge_slashes sendfile "
        "tcp_nopush keepalive_timeout server_tokens add_header expires gzip resolver resolver_timeout "
        "proxy_pass proxy_set_header proxy_hide_header proxy_pass_header proxy_pass_request_headers "
        "proxy_redirect proxy_buffering proxy_intercept_errors proxy_connect_timeout proxy_read_timeout "
        "proxy_send_timeout proxy_next_upstream proxy_ssl_session_reuse proxy_set_body fastcgi_pass "
        "fastcgi_param uwsgi_pass uwsgi_param scgi_pass scgi_param auth_basic auth_basic_user_file "
        "ssl_certificate ssl_certificate_key ssl_client_certificate ssl_crl ssl_verify_client "
        "ssl_verify_depth ssl_protocols ssl_ciphers ssl_prefer_server_ciphers ssl_session_cache "
        "ssl_session_timeout ssl_dhparam ssl_engine recursive_error_pages "},
    Directives{{1, 1, 0}, " ssl_ecdh_curve "},
    Directives{{1, 1, 4}, " proxy_http_version keepalive "},
    Directives{{1, 3, 3}, " etag "},
    Directives{{1, 3, 7},
               " ssl_stapling ssl_stapling_file ssl_stapling_responder ssl_stapling_verify "
               "ssl_trusted_certificate "},
    Directives{{1, 5, 4}, " auth_request auth_request_set "},
    Directives{{1, 5, 6}, " proxy_ssl_ciphers proxy_ssl_protocols "},
    Directives{{1, 5, 7}, " ssl_session_ticket_key "},
    Directives{{1, 5, 9}, " ssl_session_tickets ssl_buffer_size "},
    Directives{{1, 7, 0},
               " proxy_ssl_crl proxy_ssl_name proxy_ssl_server_name proxy_ssl_trusted_certificate "
               "proxy_ssl_verify proxy_ssl_verify_depth "},
    Directives{{1, 7, 3}, " ssl_password_file "},
    Directives{{1, 7, 8}, " proxy_ssl_certificate proxy_ssl_certificate_key proxy_ssl_password_file "},
    Directives{{1, 7, 11}, " proxy_request_buffering "},
    Directives{{1, 9, 0}, " zone "},
    Directives{{1, 9, 11}, " load_module "},
    Directives{{1, 11, 8}, " absolute_redirect "},
    Directives{{1, 11, 11}, " worker_shutdown_timeout "},
    Directives{{1, 13, 2}, " add_trailer "},
    Directives{{1, 13, 9}, " http2_push http2_push_preload http2_max_concurrent_pushes "},
    Directives{{1, 13, 10},
               " grpc_pass grpc_set_header grpc_ssl_certificate grpc_ssl_certificate_key "
               "grpc_ssl_verify grpc_ssl_trusted_certificate "},
    Directives{{1, 15, 3}, " ssl_early_data "},
    Directives{{1, 15, 6}, " proxy_socket_keepalive grpc_socket_keepalive "},
    Directives{{1, 17, 10}, " auth_delay "},
    Directives{{1, 19, 0}, " ssl_ocsp ssl_ocsp_cache ssl_ocsp_responder "},
    Directives{{1, 19, 3}, " proxy_cookie_flags "},
    Directives{{1, 19, 4},
               " ssl_conf_command ssl_reject_handshake proxy_ssl_conf_command grpc_ssl_conf_command "},
    Directives{{1, 19, 10}, " keepalive_time "},
    Directives{{1, 25, 0}, " http3 http3_hq quic_retry quic_gso quic_host_key "},
    Directives{{1, 25, 1}, " http2 "},
    Directives{{1, 27, 2}, " ssl_key_log proxy_ssl_key_log proxy_pass_trailers "},
    Directives{{1, 27, 4},
               " ssl_certificate_cache proxy_ssl_certificate_cache ssl_object_cache_inheritable "
               "keepalive_min_timeout "},
    Directives{{1, 29, 0}, " early_hints "},
    Directives{{1, 29, 1}, " ssl_certificate_compression "},
    Directives{{1, 29, 3}, " add_header_inherit proxy_request_dynamic proxy_allow_upstream "},
    Directives{{1, 29, 4}, " ssl_ech_file "},
    Directives{{1, 29, 8}, " max_headers error_log_tag "},
};

// A parameter: the text itself, "text*" for a beginning and "*text" for what it contains.
struct Value {
    std::string_view directive, value;
    Version since;
};
constexpr std::array values{
    Value{"ssl_protocols", "TLSv1.3", {1, 13, 0}},
    Value{"ssl_verify_client", "optional_no_ca", {1, 3, 8}},
    Value{"log_format", "escape=none", {1, 13, 10}},
    Value{"log_format", "escape=*", {1, 11, 8}},
    Value{"access_log", "if=*", {1, 7, 0}},
    Value{"listen", "http2", {1, 9, 5}},
    Value{"listen", "reuseport", {1, 9, 1}},
    Value{"listen", "quic", {1, 25, 0}},
    Value{"listen", "multipath", {1, 29, 7}},
    Value{"ssl_certificate", "data:*", {1, 15, 10}},
    Value{"ssl_certificate", "*$", {1, 15, 9}},
    Value{"ssl_certificate_key", "data:*", {1, 15, 10}},
    Value{"ssl_certificate_key", "store:*", {1, 29, 0}},
    Value{"ssl_certificate_key", "*$", {1, 15, 9}},
    Value{"proxy_http_version", "2", {1, 29, 4}},
    Value{"server_tokens", "build", {1, 11, 10}},
};

struct Variable {
    std::string_view name;
    Version since;
};
constexpr std::array variables{
    Variable{"ssl_session_reused", {1, 5, 11}},
    Variable{"ssl_client_fingerprint", {1, 7, 1}},
    Variable{"ssl_server_name", {1, 7, 0}},
    Variable{"request_id", {1, 11, 0}},
    Variable{"ssl_client_s_dn_legacy", {1, 11, 6}},
    Variable{"ssl_client_i_dn_legacy", {1, 11, 6}},
    Variable{"ssl_ciphers", {1, 11, 7}},
    Variable{"ssl_curves", {1, 11, 7}},
    Variable{"ssl_client_v_start", {1, 11, 7}},
    Variable{"ssl_client_v_end", {1, 11, 7}},
    Variable{"ssl_client_v_remain", {1, 11, 7}},
    Variable{"ssl_client_escaped_cert", {1, 13, 5}},
    Variable{"ssl_early_data", {1, 15, 3}},
    Variable{"proxy_protocol_server_addr", {1, 17, 6}},
    Variable{"ssl_alpn_protocol", {1, 21, 4}},
    Variable{"ssl_curve", {1, 21, 5}},
    Variable{"ssl_sigalg", {1, 29, 3}},
    Variable{"ssl_client_sigalg", {1, 29, 3}},
    Variable{"ssl_ech_status", {1, 29, 4}},
    Variable{"ssl_sigalgs", {1, 31, 2}},
};

// What nginx gave up, from its CHANGES. A directive that only warns is a note.
struct Ended {
    std::string_view directive, value; // no value: whatever it says
    Version since;
    bool is_fatal;
};
constexpr std::array ended{
    Ended{"ssl", "", {1, 25, 1}, true},
    Ended{"spdy_headers_comp", "", {1, 9, 5}, true},
    Ended{"listen", "http2", {1, 25, 1}, false},
    Ended{"http2_push", "", {1, 25, 1}, false},
    Ended{"http2_push_preload", "", {1, 25, 1}, false},
    Ended{"http2_max_concurrent_pushes", "", {1, 25, 1}, false},
    Ended{"http2_max_requests", "", {1, 19, 7}, false},
    Ended{"http2_recv_timeout", "", {1, 19, 7}, false},
    Ended{"http2_idle_timeout", "", {1, 19, 7}, false},
    Ended{"http2_max_field_size", "", {1, 19, 7}, false},
    Ended{"http2_max_header_size", "", {1, 19, 7}, false},
};

const Directives* row_of(std::string_view name) {
    const std::string word = fmt::format(" {} ", name);
    const auto row = std::find_if(directives.begin(), directives.end(), [&](const Directives& directive) {
        return directive.names.find(word) != std::string_view::npos;
    });
    return row == directives.end() ? nullptr : &*row;
}

bool fits(std::string_view pattern, std::string_view text) {
    if (pattern.ends_with('*'))
        return text.starts_with(pattern.substr(0, pattern.size() - 1));
    if (pattern.starts_with('*'))
        return text.find(pattern.substr(1)) != std::string_view::npos;
    return pattern == text;
}

class Judge {
public:
    explicit Judge(const Version& version) : version_(version) {}

    void judge(const std::vector<Directive>& block, bool is_data) {
        for (const Directive& directive : block) {
            if (!is_data)
                judge_words(directive);
            judge_variables(directive);
            judge(directive.block, directive.name == "map" || directive.name == "geo" ||
                                       directive.name == "types" || directive.name == "split_clients");
        }
    }
    std::vector<Unsupported> found;

private:
    void too_new(const Directive& directive, std::string what, const Version& since) {
        if (since > version_)
            found.push_back({Severity::error, "directive-too-new", directive.place, std::move(what), since});
    }

    void judge_words(const Directive& directive) {
        if (const Directives* row = row_of(directive.name))
            too_new(directive, directive.name, row->since);
        for (const std::string& argument : directive.arguments)
            for (const Value& value : values)
                if (value.directive == directive.name && fits(value.value, argument))
                    too_new(directive, directive.name + ' ' + argument, value.since);
        for (const Ended& end : ended) {
            const bool is_it =
                end.directive == directive.name &&
                (end.value.empty() || std::find(directive.arguments.begin(), directive.arguments.end(),
                                                end.value) != directive.arguments.end());
            if (is_it && end.since <= version_)
                found.push_back(
                    {end.is_fatal ? Severity::error : Severity::note,
                     end.is_fatal ? "directive-removed" : "directive-deprecated", directive.place,
                     end.value.empty() ? directive.name : fmt::format("{} … {}", end.directive, end.value),
                     end.since});
        }
    }

    void judge_variables(const Directive& directive) {
        judge_variables(directive, directive.name);
        for (const std::string& argument : directive.arguments)
            judge_variables(directive, argument);
    }
    void judge_variables(const Directive& directive, std::string_view text) {
        for (const Piece& piece : pieces_of(text))
            for (const Variable& variable : variables)
                if (piece.is_variable && variable.name == piece.text)
                    too_new(directive, fmt::format("${}", piece.text), variable.since);
    }

    Version version_;
};

} // namespace

std::vector<Unsupported> unsupported(const Configuration& configuration, const Version& version) {
    Judge judge(version);
    judge.judge(configuration.directives, false);
    return std::move(judge.found);
}

Findings newer_than(const Configuration& configuration, const Version& version) {
    Findings findings;
    for (const Unsupported& one : unsupported(configuration, version))
        if (one.severity == Severity::error)
            findings.push_back(
                {one.severity, one.rule, to_string(one.place),
                 fmt::format("{} is known to nginx {} {}", one.what,
                             one.rule == std::string_view("directive-removed") ? "before" : "since",
                             to_string(one.version))});
    return findings;
}

bool is_known_directive(std::string_view name) {
    return row_of(name) != nullptr;
}

} // namespace mtlsca::deploy::nginx

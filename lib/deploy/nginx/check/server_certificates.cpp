// Rules about the server's own certificate and key.
#include "deploy/nginx/check/certificates.h"
#include "x509/key/key.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx::check {
namespace {

constexpr const char* renew = "mtlsca renew NAME";
constexpr const char* issue = "mtlsca issue NAME --profile server";

bool is_name_of(const std::string& san, const std::string& server_name) {
    if (san == server_name)
        return true;
    const std::size_t dot = server_name.find('.');
    return san.starts_with("*.") && dot != std::string::npos && dot > 0 &&
           std::string_view(san).substr(1) == std::string_view(server_name).substr(dot);
}

bool is_plain_name(const std::string& name) {
    return !name.empty() && name != "_" && name.find_first_of("~$") == std::string::npos &&
           name.find('.') != std::string::npos && !name.starts_with('.') && !name.ends_with('*');
}

// A third of its life is when it should have been renewed; one that lives for a day is not late all day.
void judge_time_left(const Directive& directive, const x509::Certificate& leaf, Duration left,
                     Report& report) {
    const Duration life = leaf.not_after() - leaf.not_before();
    if (left >= std::min<Duration>(life / 3, std::chrono::days(30)))
        return;
    const bool is_late = left < std::min<Duration>(life / 10, std::chrono::days(7));
    report.add(is_late ? Severity::error : Severity::warning, "certificate-expires", directive.place,
               fmt::format("clients refuse this server from {} on: {} expires then",
                           to_rfc3339(leaf.not_after()), name_of(leaf)),
               renew);
}

void judge_dates(const Directive& directive, const x509::Certificate& leaf, Time now, Report& report) {
    const std::string name = name_of(leaf), until = to_rfc3339(leaf.not_after());
    if (leaf.not_after() <= now)
        report.add(Severity::error, "certificate-expired", directive.place,
                   fmt::format("clients refuse this server since {}: {} is expired", until, name), issue);
    else if (leaf.not_before() > now)
        report.add(Severity::error, "certificate-future", directive.place,
                   fmt::format("clients refuse this server until {}", to_rfc3339(leaf.not_before())),
                   "set the clock right");
    else
        judge_time_left(directive, leaf, leaf.not_after() - now, report);
}

void judge_names(const Scope& server, const Directive& directive, const x509::Certificate& leaf,
                 Report& report) {
    const Directive* names = server.setting("server_name");
    if (names == nullptr)
        return;
    for (const std::string& name : names->arguments) {
        const bool is_there = std::any_of(leaf.sans().begin(), leaf.sans().end(),
                                          [&](const x509::San& san) { return is_name_of(san.value, name); });
        if (is_plain_name(name) && !is_there)
            report.add(
                Severity::warning, "certificate-name", directive.place,
                fmt::format("clients that call this server {} refuse it: its certificate has other names",
                            name),
                fmt::format("mtlsca issue NAME --profile server --san dns:{}", name));
    }
}

void judge_access(const Directive& directive, const io::Path& file, const Context& context, Report& report) {
    const auto access = context.files.access(file);
    if (!access)
        return;
    if ((access->mode & 0007U) != 0)
        report.add(Severity::error, "key-readable", directive.place,
                   fmt::format("every user of this machine can pretend to be this server: {} has mode {:04o}",
                               file.string(), access->mode),
                   fmt::format("chmod 600 {}", file.string()));
    else if ((access->mode & 0070U) != 0 && access->group != 0)
        report.add(Severity::warning, "key-readable", directive.place,
                   fmt::format("every user in the group {} can pretend to be this server: {} has mode {:04o}",
                               access->group, file.string(), access->mode),
                   fmt::format("chmod 600 {}", file.string()));
}

void judge_key(const Scope& server, const Directive& directive, const x509::Certificate* leaf,
               const Context& context, Report& report) {
    const std::string& name = directive.argument(0);
    if (name.find('$') != std::string::npos || name.starts_with("data:") || name.starts_with("store:") ||
        name.starts_with("engine:"))
        return;
    const io::Path file = file_of(directive, context);
    judge_access(directive, file, context, report);
    try {
        if (!context.files.read(file)) {
            report.add(Severity::error, "file-missing", directive.place,
                       fmt::format("nginx does not start: {} does not exist", file.string()),
                       "put the file there");
            return;
        }
        if (server.setting("ssl_password_file") != nullptr)
            return;
        const auto key = x509::PrivateKey::open(file, {});
        if (leaf != nullptr && key.public_key().spki() != leaf->public_key().spki())
            report.add(
                Severity::error, "key-mismatch", directive.place,
                fmt::format("nginx does not start: {} is not the key of {}", file.string(), name_of(*leaf)),
                "the key that was made with the certificate");
    } catch (const Error& error) {
        report.add(Severity::warning, "file-unreadable", directive.place,
                   fmt::format("the key was not compared: {}: {}", error.object, error.reason),
                   "run mtlsca nginx check as the user that starts nginx");
    }
}

} // namespace

// Several certificates have their keys in the same order.
void judge_server_certificates(const Model& model, const Context& context, Report& report) {
    for (const Scope* server : model.servers()) {
        const auto certificates = server->effective("ssl_certificate"),
                   keys = server->effective("ssl_certificate_key");
        if (!has_tls(*server))
            continue;
        for (std::size_t i = 0; i < certificates.size(); ++i) {
            const std::string& name = certificates[i]->argument(0);
            const bool is_file = name.find('$') == std::string::npos && !name.starts_with("data:");
            const auto chain = is_file ? read_certificates(*certificates[i], context, report)
                                       : std::vector<x509::Certificate>{};
            if (!chain.empty()) {
                judge_dates(*certificates[i], chain.front(), context.now, report);
                judge_names(*server, *certificates[i], chain.front(), report);
            }
            if (i < keys.size())
                judge_key(*server, *keys[i], chain.empty() ? nullptr : &chain.front(), context, report);
        }
    }
}

} // namespace mtlsca::deploy::nginx::check

#include "deploy/nginx/check/certificates.h"

#include <fmt/format.h>

namespace mtlsca::deploy::nginx::check {

std::string name_of(const x509::Certificate& certificate) {
    const std::string name = certificate.subject().common_name();
    return name.empty() ? certificate.subject().to_string() : name;
}

bool is_root(const x509::Certificate& certificate) {
    return certificate.subject() == certificate.issuer();
}

std::vector<x509::Certificate> read_certificates(const Directive& directive, const Context& context,
                                                 Report& report) {
    const io::Path file = file_of(directive, context);
    try {
        const auto content = context.files.read(file);
        if (content)
            return x509::Certificate::parse_all(*content, file);
        report.add(Severity::error, "file-missing", directive.place,
                   fmt::format("nginx does not start: {} does not exist", file.string()),
                   "put the file there");
    } catch (const Error& error) {
        const bool is_unreadable = error.code == Code::failed;
        report.add(is_unreadable ? Severity::warning : Severity::error,
                   is_unreadable ? "file-unreadable" : "certificate-malformed", directive.place,
                   fmt::format("{}: {}", error.object, error.reason),
                   is_unreadable ? "run mtlsca nginx check as the user that starts nginx"
                                 : "a PEM file with certificates");
    }
    return {};
}

std::vector<x509::Certificate> read_trusted(const Scope& server, const Context& context, Report& report) {
    std::vector<x509::Certificate> trusted;
    for (const Directive* directive : trust_directives(server))
        for (x509::Certificate& one : read_certificates(*directive, context, report))
            trusted.push_back(std::move(one));
    return trusted;
}

} // namespace mtlsca::deploy::nginx::check

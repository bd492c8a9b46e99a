// Rules about stapling: what a server says about its own certificate. nginx -t warns of some at most.
// Measured with nginx 1.22.1, as tests/nginx/ocsp_check_test.sh does again.
#include "deploy/nginx/check/certificates.h"
#include "deploy/nginx/check/responder_url.h"
#include "x509/ocsp/response.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx::check {
namespace {

using Certificates = std::vector<x509::Certificate>;
using x509::OcspSingleResponse;

constexpr const char* refuse = "clients that look at what is stapled refuse this server";
constexpr const char* presign = "mtlsca ocsp presign --names serial, and nginx -s reload";

class StapleJudge {
public:
    StapleJudge(const Scope& server, const Context& context, Report& report)
        : server_(server), context_(context), report_(report), file_(server.setting("ssl_stapling_file")) {}

    void judge() {
        const Directive* stapling = server_.setting("ssl_stapling");
        if (stapling == nullptr || stapling->argument(0) != "on") {
            if (file_ != nullptr)
                report_.add(Severity::warning, "staple-off", file_->place,
                            "nothing is stapled: ssl_stapling is off", "ssl_stapling on;");
            return;
        }
        for (const Directive* certificate : server_.effective("ssl_certificate")) {
            const std::string& name = certificate->argument(0);
            if (name.find('$') != std::string::npos || name.starts_with("data:"))
                continue;
            const Certificates chain = read_certificates(*certificate, context_, report_);
            if (chain.empty())
                continue;
            if (file_ != nullptr)
                judge_file(chain.front());
            else
                judge_asking(*stapling, chain);
        }
    }

private:
    void add(Severity severity, const char* id, std::string effect, std::string fix) {
        report_.add(severity, id, file_->place, std::move(effect), std::move(fix));
    }

    void judge_file(const x509::Certificate& leaf) {
        const io::Path path = file_of(*file_, context_);
        try {
            const auto content = context_.files.read(path);
            if (!content)
                return add(Severity::error, "file-missing",
                           fmt::format("nginx does not start: {} does not exist", path.string()), presign);
            judge_response(x509::OcspResponse::read(*content, path), path, leaf);
        } catch (const Error& error) {
            const bool is_unreadable = error.code == Code::failed;
            add(is_unreadable ? Severity::warning : Severity::error,
                is_unreadable ? "file-unreadable" : "staple-malformed",
                fmt::format("{}: {}", error.object, error.reason),
                is_unreadable ? "run mtlsca nginx check as the user that starts nginx" : presign);
        }
    }

    void judge_response(const x509::OcspResponse& response, const io::Path& path,
                        const x509::Certificate& leaf) {
        if (response.status != x509::OcspStatus::successful)
            return add(Severity::error, "staple-malformed",
                       fmt::format("{}: {} says {}", refuse, path.string(), x509::to_string(response.status)),
                       presign);
        const auto single = std::find_if(response.responses.begin(), response.responses.end(),
                                         [&](const auto& one) { return one.serial == leaf.serial(); });
        if (single == response.responses.end())
            return add(Severity::error, "staple-foreign",
                       fmt::format("{}: {} is about another certificate than {}", refuse, path.string(),
                                   name_of(leaf)),
                       "the answer about this certificate; a server with several cannot have a file");
        if (single->status != OcspSingleResponse::Status::good)
            add(Severity::error, "staple-revoked",
                fmt::format("{}: {} does not say that {} is good", refuse, path.string(), name_of(leaf)),
                "mtlsca issue NAME --profile server");
        if (single->next_update)
            judge_dates(single->this_update, *single->next_update);
    }

    void judge_dates(Time begin, Time until) {
        const std::string when = to_rfc3339(until);
        if (until <= context_.now)
            add(Severity::error, "staple-expired", fmt::format("{} since {}", refuse, when), presign);
        else if (begin > context_.now)
            add(Severity::error, "staple-future", fmt::format("{} until {}", refuse, to_rfc3339(begin)),
                "set the clock of the CA or of this machine right");
        else // a quarter, for who renews when half is left
            add(until - context_.now < (until - begin) / 4 ? Severity::warning : Severity::note,
                "staple-expires",
                fmt::format(
                    "{} from {} on, or earlier: nginx reads the file at its start and at a reload only",
                    refuse, when),
                "renew the file and reload nginx in time, by cron or a timer: mtlsca ocsp presign --names "
                "serial");
    }

    // Without a file nginx asks by itself, or staples nothing and goes on.
    void judge_asking(const Directive& stapling, const Certificates& chain) {
        const auto nothing = [&](const Place& place, const std::string& why, const char* fix) {
            report_.add(Severity::warning, "staple-nothing", place, "nothing is stapled: " + why, fix);
        };
        const x509::Certificate& leaf = chain.front();
        const Certificates trusted = read_trusted(server_, context_, report_);
        const auto is_issuer = [&](const x509::Certificate& one) { return one.subject() == leaf.issuer(); };
        if (std::none_of(chain.begin() + 1, chain.end(), is_issuer) &&
            std::none_of(trusted.begin(), trusted.end(), is_issuer))
            nothing(stapling.place, fmt::format("the issuer of {} is not in the file", name_of(leaf)),
                    "ssl_certificate with the issuing CA behind the server's certificate");
        const Directive* own = server_.setting("ssl_stapling_responder");
        if (own == nullptr && leaf.ocsp_urls().empty())
            return nothing(stapling.place, fmt::format("{} names no responder", name_of(leaf)),
                           "ocsp_url in mtlsca.toml and a new certificate, or ssl_stapling_responder URL;");
        const Place& place = own == nullptr ? stapling.place : own->place;
        const ResponderUrl url = responder_url(own == nullptr ? leaf.ocsp_urls().front() : own->argument(0));
        if (!url.is_http)
            nothing(place, "nginx asks responders by http:// only", "a responder's URL with http://");
        else if (!url.is_address && url.host != "localhost" && server_.setting("resolver") == nullptr)
            nothing(place,
                    fmt::format("once {} has another address: nginx looks it up at its start and at a reload "
                                "only",
                                url.host),
                    "resolver ADDRESS;");
        if (server_.value("ssl_stapling_verify", "off") == "on" &&
            std::none_of(trusted.begin(), trusted.end(), is_root))
            nothing(server_.setting("ssl_stapling_verify")->place,
                    "nginx verifies answers and has no root to do it by", "ssl_trusted_certificate FILE;");
    }

    const Scope& server_;
    const Context& context_;
    Report& report_;
    const Directive* file_;
};

} // namespace

void judge_stapling(const Model& model, const Context& context, Report& report) {
    for (const Scope* server : model.servers())
        if (has_tls(*server))
            StapleJudge(*server, context, report).judge();
}

} // namespace mtlsca::deploy::nginx::check

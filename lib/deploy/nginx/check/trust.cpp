// Rules about whom a server trusts to vouch for clients, and whether anybody can be taken out again.
#include "deploy/nginx/check/certificates.h"
#include "deploy/nginx/check/evaluation.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx::check {
namespace {

using Certificates = std::vector<x509::Certificate>;

const x509::Certificate* issuer_of(const x509::Certificate& certificate, const Certificates& trusted) {
    const auto issuer = std::find_if(trusted.begin(), trusted.end(), [&](const x509::Certificate& one) {
        return one.subject() == certificate.issuer();
    });
    return issuer == trusted.end() ? nullptr : &*issuer;
}

class TrustJudge {
public:
    TrustJudge(const Scope& server, const Context& context, Report& report)
        : server_(server), context_(context), report_(report) {}

    void judge() {
        trusted_ = read_trusted(server_, context_, report_);
        if (trusted_.empty()) // a fragment, or optional_no_ca
            return;
        place_ = &trust_directives(server_).front()->place;
        for (const x509::Certificate& one : trusted_)
            judge(one);
        judge_roots();
        judge_depth();
    }

    const Certificates& trusted() const { return trusted_; }

private:
    void add(Severity severity, const char* id, std::string effect, std::string fix) {
        report_.add(severity, id, *place_, std::move(effect), std::move(fix));
    }

    void judge(const x509::Certificate& one) {
        const std::string name = name_of(one);
        if (!one.is_ca()) {
            add(Severity::warning, "trust-no-ca",
                fmt::format("nobody gets in by it: {} is no CA, and a trusted certificate vouches for nobody "
                            "else",
                            name),
                "CAs only: chain.pem of the CA");
            return;
        }
        const std::string until = to_rfc3339(one.not_after());
        if (one.not_after() <= context_.now)
            add(Severity::error, "trust-expired",
                fmt::format("every client of {} gets 400 since {}: the CA is expired", name, until),
                "a new certificate of this CA");
        else if (one.not_after() - context_.now < std::chrono::days(30))
            add(Severity::warning, "trust-expires",
                fmt::format("every client of {} gets 400 from {} on: the CA expires", name, until),
                "a new certificate of this CA");
        else if (one.not_before() > context_.now)
            add(Severity::error, "trust-future",
                fmt::format("every client of {} gets 400 until {}", name, to_rfc3339(one.not_before())),
                "set the clock right");
    }

    void judge_roots() {
        const auto roots = std::count_if(trusted_.begin(), trusted_.end(), is_root);
        if (roots == 0)
            add(Severity::error, "trust-without-root",
                "every client gets 400: a chain must end at a self-signed certificate, and there is none",
                "the whole chain up to the root: chain.pem of the CA");
        else if (roots > 1)
            add(Severity::warning, "trust-several-roots",
                fmt::format(
                    "clients of {} different roots get in, and each of them can vouch for any name and "
                    "role",
                    roots),
                "the chain of one CA only, except while its root is rolled over");
    }

    // The intermediates between a client and its root, of the longest chain.
    void judge_depth() {
        const std::string text = server_.value("ssl_verify_depth", "1");
        long depth = 0;
        if (std::from_chars(text.data(), text.data() + text.size(), depth).ec != std::errc{})
            return;
        long longest = 0;
        for (const x509::Certificate& one : trusted_) {
            long length = 0;
            const x509::Certificate* step = &one;
            while (step != nullptr && step->is_ca() && !is_root(*step) &&
                   length < static_cast<long>(trusted_.size())) {
                ++length;
                step = issuer_of(*step, trusted_);
            }
            longest = std::max(longest, length);
        }
        if (depth < longest)
            add(Severity::error, "verify-depth",
                fmt::format("every client of the lowest CA gets 400: its chain has {} intermediates, and "
                            "ssl_verify_depth is {}",
                            longest, text),
                fmt::format("ssl_verify_depth {};", longest));
    }

    const Scope& server_;
    const Context& context_;
    Report& report_;
    const Place* place_ = nullptr;
    Certificates trusted_;
};

// Refused by serial, in every request.
bool has_map_of_serials(const Model& model, const Scope& server) {
    return std::any_of(model.scopes().begin(), model.scopes().end(), [&](const Scope* scope) {
        if (scope->kind != Scope::Kind::condition || &scope->server() != &server)
            return false;
        const auto used = dependencies(model, condition_of(*scope->block).left);
        return used.contains("ssl_client_serial") || used.contains("ssl_client_fingerprint");
    });
}

void judge_revocation(const Model& model, const Scope& server, const Certificates& trusted,
                      const Context& context, Report& report) {
    const Directive* crl = server.setting("ssl_crl");
    if (crl != nullptr && !crl->argument(0).empty()) {
        judge_crls(*crl, trusted, context, report);
        return;
    }
    if (crl != nullptr)
        report.add(Severity::error, "crl-empty-name", crl->place,
                   "a revoked client gets in: ssl_crl \"\" checks nothing, and nginx -t is content with it",
                   "ssl_crl FILE;");
    else if (!asks_responder(server) && !has_map_of_serials(model, server))
        report.add(Severity::error, "revocation-unchecked", server.setting("ssl_verify_client")->place,
                   "a revoked client gets in: there is no ssl_crl, no ssl_ocsp and no map of serials",
                   "ssl_crl FILE; with the CRLs of every CA up to the root");
}

} // namespace

void judge_trust(const Model& model, const Context& context, Report& report) {
    for (const Scope* server : model.servers()) {
        if (!asks_for_certificates(*server))
            continue;
        TrustJudge judge(*server, context, report);
        judge.judge();
        judge_revocation(model, *server, judge.trusted(), context, report);
    }
}

} // namespace mtlsca::deploy::nginx::check

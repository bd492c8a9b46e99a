// Rules about CRLs. nginx looks at every CA up to the root and at nothing softer: most mistakes refuse every
// client, and nginx -t is content with them.
#include "deploy/nginx/check/certificates.h"

#include "encoding/pem.h"
#include "x509/crl/crl.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx::check {
namespace {

constexpr std::uint64_t many_entries = 100'000;
constexpr const char* publish = "mtlsca crl, and copy the new bundle there";

class CrlJudge {
public:
    CrlJudge(const Place& place, const std::vector<x509::Certificate>& trusted, Time now, Report& report)
        : place_(place), trusted_(trusted), now_(now), report_(report) {}

    void judge(ByteView der, const std::string& file) {
        const x509::Crl crl = x509::Crl::read(der, file);
        const x509::Certificate* issuer = issuer_of(crl);
        const std::string name = crl.issuer().common_name();
        subject_ = "the CRL of " + (name.empty() ? crl.issuer().to_string() : name);
        judge_content(crl);
        judge_dates(crl);
        if (issuer == nullptr) {
            // Of an intermediate that clients send along, perhaps.
            if (!trusted_.empty())
                add(Severity::note, "crl-foreign", "nobody: {} is by none of the trusted CAs",
                    "leave it out");
            return;
        }
        if (!crl.is_signed_by(issuer->public_key()))
            add(Severity::error, "crl-signature", "every client gets 400: {} is not signed by its CA",
                publish);
        if (!seen_.insert(issuer).second)
            add(Severity::warning, "crl-twice",
                "{} stands twice, and of two as new as each other the first counts", "one CRL of each CA");
    }

    void judge_absent() {
        for (const x509::Certificate& ca : trusted_) {
            const bool is_there = std::any_of(seen_.begin(), seen_.end(), [&](const x509::Certificate* one) {
                return one->subject() == ca.subject();
            });
            if (!ca.is_ca() || is_there)
                continue;
            subject_ = "the CRL of " + name_of(ca);
            add(Severity::error, "crl-missing",
                "every client of this CA and of those below it gets 400: {} is not in the file",
                "the CRL of every CA up to the root: mtlsca crl writes them into one bundle");
        }
    }

private:
    void add(Severity severity, const char* id, const char* effect, std::string fix) {
        report_.add(severity, id, place_, fmt::format(fmt::runtime(effect), subject_), std::move(fix));
    }

    const x509::Certificate* issuer_of(const x509::Crl& crl) const {
        const auto ca = std::find_if(trusted_.begin(), trusted_.end(), [&](const x509::Certificate& one) {
            return one.subject() == crl.issuer();
        });
        return ca == trusted_.end() ? nullptr : &*ca;
    }

    void judge_content(const x509::Crl& crl) {
        if (crl.is_delta())
            add(Severity::error, "crl-delta",
                "a client that is revoked in {} gets in: nginx does not apply delta CRLs", "a full CRL");
        else if (crl.has_issuing_distribution_point())
            add(Severity::error, "crl-idp", "every client gets 400: {} has an issuing distribution point",
                "a CRL without one, for all certificates of the CA");
        if (!crl.unknown_critical_extensions().empty())
            add(Severity::error, "crl-critical",
                "every client gets 400: {} has an unknown critical extension", "a CRL without it");
        std::uint64_t removed = 0;
        crl.for_each([&removed](const x509::Crl::Entry& entry) {
            removed += entry.reason == 8 ? 1U : 0U; // removeFromCRL, RFC 5280 5.3.1
            return true;
        });
        if (removed > 0)
            add(Severity::error, "crl-remove-from-crl",
                "clients get in that {} lists with the reason removeFromCRL, which has no place in a full "
                "CRL",
                "list them with another reason, or not at all");
        if (crl.entries() >= many_entries)
            judge_size(crl.entries());
    }

    // Measured for nginx 1.22.1 with OpenSSL 3.0: the signature over the whole CRL is checked in every
    // handshake.
    void judge_size(std::uint64_t entries) {
        const std::string cost = entries >= 1'000'000
                                     ? "118 ms and 380 MB in each worker"
                                     : "7 ms and 50 MB in each worker, and more with each entry";
        report_.add(
            Severity::warning, "crl-large", place_,
            fmt::format("every handshake takes {} longer: {} has {} entries", cost, subject_, entries),
            "shorter lifetimes, so that entries expire, or revocation by a map of serials");
    }

    void judge_dates(const x509::Crl& crl) {
        if (crl.this_update() > now_)
            add(Severity::error, "crl-future",
                ("every client gets 400 until " + to_rfc3339(crl.this_update()) + ": {} begins then").c_str(),
                "set the clock of the CA or of this machine right");
        if (!crl.next_update())
            return;
        const Time until = *crl.next_update();
        const std::string when = to_rfc3339(until);
        // An eighth of its life, and a week at most: whoever renews in time has more than that.
        const Duration short_time = std::min<Duration>((until - crl.this_update()) / 8, std::chrono::days(7));
        if (until <= now_)
            add(Severity::error, "crl-expired",
                ("every client gets 400 since " + when + ": {} is expired").c_str(), publish);
        else if (until - now_ < short_time)
            add(Severity::warning, "crl-expires",
                ("every client gets 400 from " + when + " on: {} expires then").c_str(),
                "mtlsca crl --if-due from cron or a timer");
    }

    Place place_;
    const std::vector<x509::Certificate>& trusted_;
    Time now_;
    Report& report_;
    std::set<const x509::Certificate*> seen_;
    std::string subject_;
};

void judge_blocks(const Directive& directive, const Bytes& content, const io::Path& file, CrlJudge& judge,
                  Report& report) {
    for (const encoding::PemBlock& block : encoding::read_pem(as_text(content), file)) {
        if (block.label == "X509 CRL")
            judge.judge(block.der, file);
        else
            report.add(Severity::warning, "crl-not-a-crl", directive.place,
                       fmt::format("nobody is refused by it: {} holds a {}", file.string(), block.label),
                       "CRLs only");
    }
    judge.judge_absent();
}

} // namespace

void judge_crls(const Directive& directive, const std::vector<x509::Certificate>& trusted,
                const Context& context, Report& report) {
    const io::Path file = file_of(directive, context);
    CrlJudge judge(directive.place, trusted, context.now, report);
    try {
        const auto content = context.files.read(file);
        if (!content)
            report.add(Severity::error, "file-missing", directive.place,
                       fmt::format("nginx does not start: {} does not exist", file.string()), publish);
        else if (!encoding::looks_like_pem(*content))
            report.add(Severity::error, "crl-not-pem", directive.place,
                       fmt::format("nginx does not start: {} is {}", file.string(),
                                   content->empty() ? "empty" : "not PEM"),
                       "openssl crl -inform DER -in FILE -out FILE.pem");
        else
            judge_blocks(directive, *content, file, judge, report);
    } catch (const Error& error) {
        const bool is_unreadable = error.code == Code::failed;
        report.add(is_unreadable ? Severity::warning : Severity::error,
                   is_unreadable ? "file-unreadable" : "crl-malformed", directive.place,
                   fmt::format("{}: {}", error.object, error.reason),
                   is_unreadable ? "run mtlsca nginx check as the user that starts nginx" : publish);
    }
}

} // namespace mtlsca::deploy::nginx::check

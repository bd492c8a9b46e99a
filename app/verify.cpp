#include "commands.h"

#include "authority/certificate/judgement.h"
#include "encoding/hex.h"
#include "encoding/pem.h"

namespace mtlsca::app {
namespace {

constexpr std::size_t chain_file_max_bytes = 1 << 20;

class Verify final : public Command {
public:
    void add_options(Options& options) override {
        options
            .add("FILE", file_, "A certificate in PEM (its chain may follow) or DER; - reads standard input")
            .required();
        options.add("--at", at_, "As if it were then (default: now)");
        options.flag("--as-nginx", as_nginx_,
                     "With chain.pem and crl/bundle.pem only, as a TLS client: what nginx sees");
    }

    int run(Session& session) override {
        authority::Ca ca = session.open_ca(store::Database::Access::read);
        const std::string object = file_ == "-" ? "standard input" : file_;
        const Bytes content = io::read_file(file_, chain_file_max_bytes);
        const auto leaf = x509::Certificate::parse(content, object);
        const Time at = at_.value_or(session.now());
        const authority::Judgement judgement =
            authority::judge(ca, leaf, others_in(content, object), at, as_nginx_);
        const bool refused = has_errors(judgement.findings);
        if (session.json())
            session.out.json(
                {{"file", object},
                 {"accepted", !refused},
                 {"at", to_rfc3339(at)},
                 {"serial", serial_of(leaf)},
                 {"status",
                  judgement.record ? Json(to_string(store::status(*judgement.record, at))) : Json(nullptr)},
                 {"findings", to_json(judgement.findings)}});
        else
            print(session, object, leaf, judgement.findings);
        return refused ? static_cast<int>(Code::refused) : 0;
    }

private:
    static std::vector<x509::Certificate> others_in(ByteView content, const std::string& object) {
        if (!encoding::looks_like_pem(content))
            return {};
        auto all = x509::Certificate::parse_all(content, object);
        all.erase(all.begin());
        return all;
    }

    static std::string serial_of(const x509::Certificate& certificate) {
        return encoding::to_upper_hex(certificate.serial());
    }

    static void print(Session& session, const std::string& object, const x509::Certificate& leaf,
                      const Findings& findings) {
        session.out.line(object + (has_errors(findings) ? ": refused" : ": accepted"));
        session.out.field("subject", leaf.subject().to_string());
        session.out.field("serial", serial_of(leaf));
        session.out.field("valid until", to_minutes(leaf.not_after()));
        for (const Finding& finding : findings)
            session.out.field(to_string(finding.severity), finding.subject + ": " + finding.detail);
    }

    std::string file_;
    std::optional<Time> at_;
    bool as_nginx_ = false;
};

} // namespace

std::unique_ptr<Command> make_verify() {
    return make_command<Verify>();
}

} // namespace mtlsca::app

#include "commands.h"

#include "authority/audit_seal.h"
#include "authority/certificate/selector.h"
#include "encoding/hex.h"
#include "store/audit/audit.h"

#include <fmt/format.h>

namespace mtlsca::app {
namespace {

class AuditShow final : public Command {
public:
    void add_options(Options& options) override {
        options.add("ID", id_, "Only what happened to this certificate");
        options.add("--since", since_, "Only from then on");
    }

    int run(Session& session) override {
        authority::Ca ca = session.open_ca(store::Database::Access::read);
        store::AuditFilter filter;
        filter.since = since_;
        if (!id_.empty())
            filter.serial = authority::select(ca, id_, session.now()).serial;
        if (session.json())
            session.out.begin_array();
        store::for_each_audit(ca.database(), filter, [&](const store::AuditEntry& entry) {
            session.json() ? session.out.element(entry_json(entry)) : print(session, entry);
            return true;
        });
        if (session.json())
            session.out.end_array();
        return 0;
    }

private:
    static Json entry_json(const store::AuditEntry& entry) {
        return {{"sequence", entry.sequence},
                {"time", to_rfc3339(entry.time)},
                {"command", entry.command},
                {"actor", entry.actor},
                {"event", entry.event},
                {"serial", entry.serial.empty() ? Json(nullptr) : Json(encoding::to_upper_hex(entry.serial))},
                {"detail", entry.detail},
                {"hash", encoding::to_hex(entry.hash)}};
    }

    static void print(Session& session, const store::AuditEntry& entry) {
        session.out.line(fmt::format("{:>6}  {}  {:<10} {:<8} {:<32}  {}  {}", entry.sequence,
                                     to_rfc3339(entry.time), entry.event, entry.command,
                                     encoding::to_upper_hex(entry.serial), entry.actor, entry.detail));
    }

    std::string id_;
    std::optional<Time> since_;
};

class AuditVerify final : public Command {
public:
    void add_options(Options&) override {}

    int run(Session& session) override {
        authority::Ca ca = session.open_ca(store::Database::Access::read);
        const authority::AuditVerification verification = authority::verify_audit(ca);
        const bool broken = has_errors(verification.findings);
        if (session.json())
            session.out.json({{"intact", !broken},
                              {"entries", verification.entries},
                              {"sealed", verification.sealed},
                              {"unsealed", verification.unsealed},
                              {"sealed_at", verification.sealed_at ? Json(to_rfc3339(*verification.sealed_at))
                                                                   : Json(nullptr)},
                              {"findings", to_json(verification.findings)}});
        else
            print(session, verification, broken);
        return broken ? static_cast<int>(Code::critical) : 0;
    }

private:
    static void print(Session& session, const authority::AuditVerification& verification, bool broken) {
        session.out.line(broken ? "the audit log is broken" : "the audit log is intact");
        session.out.field("entries", std::to_string(verification.entries));
        if (verification.sealed_at)
            session.out.field("sealed", fmt::format("up to {}, at {}", verification.sealed,
                                                    to_minutes(*verification.sealed_at)));
        if (verification.unsealed > 0)
            session.out.field("not yet sealed",
                              count_of(verification.unsealed, "entry") + "; the next CRL seals them");
        for (const Finding& finding : verification.findings)
            session.out.field(to_string(finding.severity), finding.subject + ": " + finding.detail);
    }
};

} // namespace

std::unique_ptr<Command> make_audit_show() {
    return make_command<AuditShow>();
}
std::unique_ptr<Command> make_audit_verify() {
    return make_command<AuditVerify>();
}

} // namespace mtlsca::app

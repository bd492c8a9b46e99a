#include "signing.h"

#include "deploying.h"

#include "encoding/hex.h"

#include <fmt/format.h>

namespace mtlsca::app {

void SigningFlags::add_to(Options& options) {
    options.add("--profile", profile_, "Which profile of mtlsca.toml (default: client)").type("PROFILE");
    options.list("--san", sans_, "Another name: dns:…, ip:…, email:…, uri:…", "TYPE:VALUE");
    options.list("--ou", ous_, "Organizational unit; those of [roles] grant a role", "OU");
    options.list("--attribute", attributes_, "Subject attribute that the profile wants: L=Berlin",
                 "TYPE=VALUE");
    options.add("--owner", owner_, "Who answers for it: a team, a person, a service account").type("WHO");
    options.list("--label", labels_, "For your own order; may be given again", "K=V");
    options.list("--bind", bindings_, "nginx lets it in from this address or network only", "NET");
    add_deploy_option(options, deployments_);
    options.days("--days", validity_, "Lifetime (default: the profile's)");
    options.flag("--dry-run", dry_run_,
                 "Say what would be signed and why, field by field, and change nothing");
}

policy::SigningOptions SigningFlags::options() const {
    policy::SigningOptions options;
    options.sans = sans_;
    options.ous = ous_;
    options.attributes = attributes_;
    options.owner = owner_;
    options.labels = labels_;
    options.bindings = bindings_;
    options.deployments = deployments_;
    options.validity = validity_;
    return options;
}

std::string hint_of_refusal(const Findings& findings) {
    for (const Finding& finding : findings)
        if (finding.severity == Severity::error && finding.rule == "ou-not-granted")
            return "grant it: --ou " + finding.subject.substr(finding.subject.rfind(' ') + 1);
    return "--dry-run shows the whole plan; profiles are in mtlsca.toml";
}

policy::CertificatePlan granted(const std::string& object, policy::Planned planned) {
    if (planned.plan) {
        tell(planned.findings);
        return std::move(*planned.plan);
    }
    const std::string hint = hint_of_refusal(planned.findings);
    throw Error(Code::refused, object, "refused by policy", hint, std::move(planned.findings));
}

Json plan_json(const std::string& object, const policy::Planned& planned) {
    Json decisions = Json::array();
    for (const policy::Decision& decision : planned.decisions)
        decisions.push_back(to_json(decision));
    return {{"dry_run", true},
            {"name", planned.plan ? planned.plan->name() : object},
            {"granted", planned.plan.has_value()},
            {"decisions", std::move(decisions)},
            {"findings", to_json(planned.findings)}};
}

int print_plan(Session& session, const std::string& object, const policy::Planned& planned) {
    session.out.line(planned.plan
                         ? "would sign " + planned.plan->name() + " (" + planned.plan->profile() + ")"
                         : "would refuse " + object);
    for (const policy::Decision& decision : planned.decisions) {
        std::string text = fmt::format("  {:<8} {}", to_string(decision.outcome), decision.field);
        if (!decision.requested.empty() && decision.requested != decision.result)
            text += ": " + decision.requested + (decision.result.empty() ? "" : " → " + decision.result);
        else if (!decision.result.empty() && !decision.field.ends_with(" " + decision.result))
            text += ": " + decision.result;
        session.out.line(decision.why.empty() ? text : text + "  (" + decision.why + ")");
    }
    for (const Finding& finding : planned.findings)
        session.out.line(
            fmt::format("  {:<8} {}: {}", to_string(finding.severity), finding.subject, finding.detail));
    return static_cast<int>(planned.plan ? Code::done : Code::refused);
}

void throw_undelivered(const Error& error, const store::Certificate& certificate, KeyFate key) {
    const std::string serial = encoding::to_upper_hex(certificate.serial);
    Error told = error;
    told.reason += "; the certificate is signed and recorded as " + serial;
    told.hint = "mtlsca export " + serial + " --as pem --out FILE delivers it again";
    if (key == KeyFate::written)
        told.hint += "; its key is written";
    if (key == KeyFate::lost)
        told.hint += "; its key was not kept: mtlsca revoke " + serial + " and issue anew";
    throw told;
}

void print_issued(Session& session, const store::Certificate& certificate,
                  const std::string& certificate_file, const std::string& key_file, const char* done) {
    const auto days = std::chrono::ceil<std::chrono::days>(certificate.not_after - session.now()).count();
    session.out.line(std::string(done) + " " + certificate.name + " (" + certificate.profile + ")");
    session.out.field("serial", encoding::to_upper_hex(certificate.serial));
    session.out.field("subject", certificate.subject);
    session.out.field("names", joined(certificate.sans));
    session.out.field("valid until", fmt::format("{} ({} days)", to_minutes(certificate.not_after), days));
    session.out.field("owner", certificate.owner);
    session.out.field("bound to", joined(certificate.bindings));
    session.out.field("certificate", certificate_file);
    session.out.field("key", key_file);
}

} // namespace mtlsca::app

#include "renewing.h"

#include "authority/certificate/deployment.h"
#include "encoding/hex.h"

namespace mtlsca::app {
namespace {

void tell_of(const store::Certificate& certificate, Findings findings) {
    for (Finding& finding : findings)
        finding.subject = store::object_of(certificate) + ": " + finding.subject;
    tell(findings);
}

policy::CertificatePlan granted(authority::Renewal& renewal) {
    if (!renewal.planned.plan)
        throw Error(Code::refused, store::object_of(renewal.predecessor), "is not renewed",
                    "--dry-run shows the whole plan; profiles are in mtlsca.toml",
                    std::move(renewal.planned.findings));
    tell_of(renewal.predecessor, renewal.planned.findings);
    tell_of(renewal.predecessor, renewal.differences);
    return std::move(*renewal.planned.plan);
}

NewKey new_key_of(const RenewalWishes& wishes) {
    if (!wishes.signing.rekey)
        return NewKey::none;
    return wishes.force ? NewKey::replacing : NewKey::in_its_place;
}

const char* target_of(NewKey new_key) {
    switch (new_key) {
    case NewKey::in_its_place:
        return new_key_target;
    case NewKey::replacing:
        return replaced_key_target;
    case NewKey::none:
        break;
    }
    return file_target;
}

authority::IssueOptions issue_options(const authority::Ca& ca, const policy::CertificatePlan& plan,
                                      const store::Certificate& predecessor, const RenewedFiles& files,
                                      const RenewalWishes& wishes) {
    authority::IssueOptions options;
    options.deliveries = authority::deploy_deliveries(ca.config(), plan.profile(), plan.deployments());
    options.renews = predecessor.id;
    options.revoke_predecessor_after = wishes.revoke_predecessor_after;
    options.certificate_file = std::filesystem::absolute(files.certificate).lexically_normal();
    const io::Path key_file = std::filesystem::absolute(files.key).lexically_normal();
    if (wishes.signing.rekey || holds_key_of(key_file, predecessor.spki_sha256))
        options.key_file = key_file;
    options.deliveries.emplace_back(target_of(new_key_of(wishes)));
    if (!wishes.exec.empty())
        options.deliveries.push_back(exec_target + wishes.exec);
    return options;
}

store::Certificate issue_with_new_key(authority::Ca& ca, const authority::Run& run,
                                      const policy::CertificatePlan& plan, authority::IssueOptions options,
                                      const RenewalWishes& wishes) {
    const auto key = x509::PrivateKey::generate(plan.key_type());
    const io::Path key_file = options.key_file;
    options.before_recording = [&] {
        io::make_folder(key_file.parent_path(), 0700);
        stage_key(ca, key_file, key, wishes.key_passphrase);
    };
    try {
        return authority::issue(ca, run, plan, key.public_key(), options);
    } catch (const Error&) {
        discard_staged_key(ca, key_file, key.public_key().spki_sha256());
        throw;
    }
}

} // namespace

authority::Renewal plan(Session& session, authority::Ca& ca, const store::Certificate& predecessor,
                        const RenewalWishes& wishes) {
    authority::Renewal renewal = authority::plan_renewal(ca, session.run(), predecessor, wishes.signing);
    if (renewal.planned.plan)
        refuse_bad_target(ca, RenewedFiles(wishes.out, renewal.planned.plan->name()), predecessor,
                          new_key_of(wishes), session.now());
    return renewal;
}

Renewed renew(Session& session, authority::Ca& ca, const store::Certificate& predecessor,
              const RenewalWishes& wishes) {
    authority::Renewal renewal = plan(session, ca, predecessor, wishes);
    const policy::CertificatePlan plan = granted(renewal);
    const RenewedFiles files(wishes.out, plan.name());
    const authority::IssueOptions options = issue_options(ca, plan, predecessor, files, wishes);
    const authority::Run run = session.run();
    // What cannot be made is refused now: once it is signed, every later run would try to deliver it there.
    if (!wishes.signing.rekey)
        io::make_folder(std::filesystem::absolute(files.certificate).parent_path(), 0755);

    Renewed renewed;
    renewed.certificate = renewal.key ? authority::issue(ca, run, plan, *renewal.key, options)
                                      : issue_with_new_key(ca, run, plan, options, wishes);
    if (!wishes.is_published_after)
        ca.forget_passphrase(); // before commands are told, which may take long
    renewed.old_serial = encoding::to_upper_hex(predecessor.serial);
    renewed.certificate_file = files.certificate;
    if (wishes.signing.rekey)
        renewed.key_file = files.key;
    renewed.differences = std::move(renewal.differences);
    session.out.flush(); // commands write to standard error: what was said before stands before
    renewed.delivered = deliver(session, ca, renewed.certificate, wishes.timeout);
    return renewed;
}

} // namespace mtlsca::app

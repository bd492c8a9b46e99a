#include "delivering.h"

#include "renewed_files.h"
#include "told_command.h"

#include "encoding/hex.h"
#include "encoding/text.h"

#include <array>

namespace mtlsca::app {
namespace {

void deliver_files(const DeliveryJob& job) {
    install(job.ca, job.certificate, job.delivery);
}

void tell_command(const DeliveryJob& job) {
    const std::string command = job.delivery.target.substr(std::string_view(exec_target).size());
    run_told_command(command, certificate_variables(job), job.timeout);
}

// In the order in which they are carried out: what a command is told of is in place.
struct TargetKind {
    std::string_view beginning;
    void (*carry_out)(const DeliveryJob&); // throws where it does not arrive
};
constexpr std::array<TargetKind, 2> target_kinds{{{file_target, deliver_files}, {exec_target, tell_command}}};

// Others wait for what deploying.h brings.
bool has_ours(const authority::Ca& ca, store::CertificateId id) {
    for (const store::Delivery& delivery : store::deliveries_of(ca.database(), id))
        for (const TargetKind& kind : target_kinds)
            if (delivery.target.starts_with(kind.beginning))
                return true;
    return false;
}

void record_failure(const Session& session, authority::Ca& ca, const DeliveryJob& job, const Error& error) {
    const std::string problem = error.object + ": " + error.reason;
    store::Transaction transaction(ca.database());
    store::record_attempt(transaction, job.delivery, session.now(), problem);
    transaction.commit();
    warn(store::object_of(job.certificate) + ": " + problem + (error.hint.empty() ? "" : "; " + error.hint) +
         "; the next mtlsca renew --due tries again");
}

bool carry_out(const Session& session, authority::Ca& ca, const TargetKind& kind, const DeliveryJob& job) {
    try {
        kind.carry_out(job);
    } catch (const Error& error) {
        record_failure(session, ca, job, error);
        return false;
    }
    store::Transaction transaction(ca.database());
    store::remove_delivery(transaction, job.delivery, session.now());
    transaction.commit();
    return true;
}

void forget(const Session& session, authority::Ca& ca, const store::Certificate& certificate) {
    for (const store::Delivery& delivery : store::deliveries_of(ca.database(), certificate.id)) {
        store::Transaction transaction(ca.database());
        store::remove_delivery(transaction, delivery, session.now());
        transaction.commit();
        if (delivery.target != file_target && delivery.target.starts_with(file_target))
            discard_staged_key(ca, delivery.key_file, certificate.spki_sha256);
    }
    note(store::object_of(certificate) + ": is " +
         store::to_string(store::status(certificate, session.now())) +
         ", so that nobody is told of it any more");
}

} // namespace

std::vector<io::Variable> certificate_variables(const DeliveryJob& job) {
    const store::Certificate& certificate = job.certificate;
    const auto predecessor =
        certificate.renews ? store::by_id(job.ca.database(), *certificate.renews) : std::nullopt;
    return {{"MTLSCA_HOME", std::filesystem::absolute(job.session.home())},
            {"MTLSCA_COMMAND", job.session.command()},
            {"MTLSCA_NAME", encoding::printable(certificate.name)},
            {"MTLSCA_SERIAL", encoding::to_upper_hex(certificate.serial)},
            {"MTLSCA_OLD_SERIAL", predecessor ? encoding::to_upper_hex(predecessor->serial) : ""},
            {"MTLSCA_PROFILE", certificate.profile},
            {"MTLSCA_SUBJECT", encoding::printable(certificate.subject)},
            {"MTLSCA_SAN", encoding::printable(joined(certificate.sans, " "))},
            {"MTLSCA_OWNER", encoding::printable(certificate.owner)},
            {"MTLSCA_CERTIFICATE", job.delivery.certificate_file},
            {"MTLSCA_KEY", job.delivery.key_file},
            {"MTLSCA_NOT_BEFORE", to_rfc3339(certificate.not_before)},
            {"MTLSCA_NOT_AFTER", to_rfc3339(certificate.not_after)}};
}

bool deliver(const Session& session, authority::Ca& ca, const store::Certificate& certificate,
             Duration timeout) {
    const auto outstanding = store::deliveries_of(ca.database(), certificate.id);
    bool all_well = true;
    for (const TargetKind& kind : target_kinds) {
        for (const store::Delivery& delivery : outstanding)
            if (delivery.target.starts_with(kind.beginning))
                all_well =
                    carry_out(session, ca, kind, {session, ca, certificate, delivery, timeout}) && all_well;
        if (!all_well && kind.beginning == file_target)
            return false;
    }
    return all_well;
}

bool deliver_outstanding(const Session& session, authority::Ca& ca, Duration timeout) {
    bool all_well = true;
    store::for_each_undelivered(ca.database(), [&](store::CertificateId id) {
        const auto certificate = store::by_id(ca.database(), id);
        if (certificate && store::is_live(*certificate, session.now())) {
            const bool is_waiting = has_ours(ca, id);
            if (!deliver(session, ca, *certificate, timeout))
                all_well = false;
            else if (is_waiting)
                note(store::object_of(*certificate) + ": is delivered now");
        } else if (certificate) {
            forget(session, ca, *certificate);
        }
        return true;
    });
    return all_well;
}

} // namespace mtlsca::app

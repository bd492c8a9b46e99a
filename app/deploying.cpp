#include "deploying.h"

#include "authority/certificate/deployment.h"
#include "authority/certificate/issuance.h"
#include "authority/tier/trust_files.h"
#include "deploy/target/target.h"
#include "encoding/hex.h"

#include <algorithm>
#include <fmt/format.h>

namespace mtlsca::app {
namespace {

constexpr const char* retry = "; mtlsca deploy --pending tries again";

bool is_deployment(const store::Delivery& delivery) {
    return delivery.target.starts_with(authority::deploy_target);
}

std::string name_of(const store::Delivery& delivery) {
    return delivery.target.substr(authority::deploy_target.size());
}

deploy::TargetFiles files_of(const authority::Ca& ca, const store::Certificate& certificate,
                             const store::Delivery& delivery) {
    return {certificate.name,         encoding::to_upper_hex(certificate.serial),
            certificate.spki_sha256,  authority::chain_pem(ca, certificate),
            authority::trust_pem(ca), delivery.key_file};
}

void arrived(authority::Ca& ca, const store::Delivery& delivery, Time now) {
    store::Transaction transaction(ca.database());
    store::remove_delivery(transaction, delivery, now);
    transaction.commit();
}

} // namespace

void add_deploy_option(Options& options, std::vector<std::string>& deployments) {
    options.list("--deploy", deployments, "Bring it to this target of mtlsca.toml, and its renewals, too",
                 "NAME");
}

void Deploying::fail(const std::string& whose, const store::Delivery& delivery, const Error& error) {
    const std::string problem = error.object + ": " + error.reason;
    all_well_ = false;
    store::Transaction transaction(ca_.database());
    store::record_attempt(transaction, delivery, session_.now(), problem);
    transaction.commit();
    warn("deploy " + name_of(delivery) + ": " + whose + ": " + problem +
         (error.hint.empty() ? "" : "; " + error.hint) + retry);
}

void Deploying::bring(const store::Certificate& certificate, const store::Delivery& delivery) {
    const std::string name = name_of(delivery);
    const auto target = ca_.config().deploy_targets.find(name);
    if (target == ca_.config().deploy_targets.end()) {
        note("deploy " + name + ": is no longer in mtlsca.toml, so that " + store::object_of(certificate) +
             " is not brought there any more");
        return arrived(ca_, delivery, session_.now());
    }
    try {
        deploy::bring(target->second, files_of(ca_, certificate, delivery), session_.home());
    } catch (const Error& error) {
        return fail(store::object_of(certificate), delivery, error);
    }
    brought_[name].push_back(
        {{certificate.id, certificate.name, encoding::to_upper_hex(certificate.serial), name}, delivery});
}

void Deploying::bring(const store::Certificate& certificate) {
    for (const store::Delivery& delivery : store::deliveries_of(ca_.database(), certificate.id))
        if (is_deployment(delivery))
            bring(certificate, delivery);
}

void Deploying::bring_outstanding() {
    store::for_each_undelivered(ca_.database(), [&](store::CertificateId id) {
        const auto certificate = store::by_id(ca_.database(), id);
        if (certificate && store::is_live(*certificate, session_.now()))
            bring(*certificate);
        else if (certificate)
            for (const store::Delivery& delivery : store::deliveries_of(ca_.database(), id))
                if (is_deployment(delivery)) {
                    note("deploy " + name_of(delivery) + ": " + store::object_of(*certificate) +
                         " is not valid any more, and is not brought there");
                    arrived(ca_, delivery, session_.now());
                }
        return true;
    });
}

std::optional<std::string> Deploying::tell(const policy::DeployTarget& target) const {
    if (target.reload.empty())
        return std::nullopt;
    try {
        run_told_command(target.reload,
                         {{"MTLSCA_HOME", std::filesystem::absolute(session_.home())},
                          {"MTLSCA_COMMAND", session_.command()},
                          {"MTLSCA_TARGET", target.name},
                          {"MTLSCA_FOLDER", target.folder}},
                         timeout_);
    } catch (const Error& error) {
        std::string problem = error.object + " " + error.reason;
        warn("deploy " + target.name + ": the files are there, but " + problem + retry);
        return problem;
    }
    return std::nullopt;
}

void Deploying::finish() {
    for (const auto& [name, brought] : brought_) {
        const auto problem = tell(ca_.config().deploy_targets.at(name));
        all_well_ = all_well_ && !problem;
        store::Transaction transaction(ca_.database());
        for (const Brought& one : brought) {
            if (problem) {
                store::record_attempt(transaction, one.delivery, session_.now(), *problem);
            } else {
                store::remove_delivery(transaction, one.delivery, session_.now());
                arrivals_.push_back(one.arrival);
            }
        }
        transaction.commit();
    }
    brought_.clear();
}

namespace {

bool tell_arrivals(const Deploying& deploying) {
    for (const Deploying::Arrival& arrival : deploying.arrivals())
        note("deploy " + arrival.target + ": " + arrival.name + " is there");
    return deploying.all_well();
}

} // namespace

bool deploy_now(const Session& session, authority::Ca& ca,
                const std::vector<store::Certificate>& certificates) {
    const bool is_wanted =
        std::any_of(certificates.begin(), certificates.end(), [&](const store::Certificate& certificate) {
            return store::has_deliveries(ca.database(), certificate.id);
        });
    if (!is_wanted)
        return true; // whoever holds the lock may run commands for a long time
    const io::FolderLock lock = ca.delivery_lock();
    Deploying deploying(session, ca);
    for (const store::Certificate& certificate : certificates)
        deploying.bring(certificate);
    deploying.finish();
    return tell_arrivals(deploying);
}

bool deploy_outstanding_now(const Session& session, authority::Ca& ca) {
    const io::FolderLock lock = ca.delivery_lock();
    Deploying deploying(session, ca);
    deploying.bring_outstanding();
    deploying.finish();
    return tell_arrivals(deploying);
}

} // namespace mtlsca::app

#include "authority/certificate/deployment.h"

#include "encoding/hex.h"
#include "store/inventory/renewals.h"
#include "store/work/deliveries.h"

#include <algorithm>

namespace mtlsca::authority {
namespace {

void add_once(std::vector<std::string>& to, const std::string& value) {
    if (std::find(to.begin(), to.end(), value) == to.end())
        to.push_back(value);
}

void refuse_unfit(const Ca& ca, const store::Certificate& certificate, Time now) {
    const std::string object = store::object_of(certificate);
    const auto status = store::status(certificate, now);
    if (status != store::Filter::Status::valid)
        throw Error(Code::refused, object,
                    std::string("is ") + store::to_string(status) + ": nobody could use it",
                    "mtlsca list shows which are valid");
    // Where it went, the newer one lies.
    if (const auto successor = store::live_successor_of(ca.database(), certificate.id, now))
        throw Error(Code::refused, object, "is renewed by " + encoding::to_upper_hex(successor->serial),
                    "mtlsca deploy " + encoding::to_upper_hex(successor->serial));
}

void refuse_unknown(const policy::Config& config, const std::vector<std::string>& names) {
    for (const std::string& name : names)
        if (!config.deploy_targets.contains(name))
            throw Error(Code::not_found, "deploy " + name, "there is no such target",
                        "[deploy." + name + "] in mtlsca.toml makes it; see mtlsca.toml(5)");
}

// Where its files lay when it was to be brought before.
store::Delivery with_known_files(const Ca& ca, store::CertificateId id) {
    store::Delivery delivery;
    delivery.certificate = id;
    for (const store::Delivery& known : store::deliveries_of(ca.database(), id)) {
        if (delivery.certificate_file.empty())
            delivery.certificate_file = known.certificate_file;
        if (delivery.key_file.empty())
            delivery.key_file = known.key_file;
    }
    return delivery;
}

} // namespace

std::vector<std::string> deploy_deliveries(const policy::Config& config, const std::string& profile,
                                           const std::vector<std::string>& deployments) {
    std::vector<std::string> names = deployments;
    const auto found = config.profiles.find(profile);
    if (found != config.profiles.end())
        for (const std::string& name : found->second.deployments)
            add_once(names, name);
    std::vector<std::string> targets;
    for (const std::string& name : names)
        if (config.deploy_targets.contains(name))
            targets.push_back(std::string(deploy_target) + name);
    return targets;
}

store::Certificate want_deployment(Ca& ca, const Run& run, const store::Certificate& certificate,
                                   const DeploymentWish& wish) {
    refuse_unfit(ca, certificate, run.clock.now());
    refuse_unknown(ca.config(), wish.deployments);
    store::Certificate record = certificate;
    for (const std::string& name : wish.deployments)
        add_once(record.deployments, name);
    const auto targets = deploy_deliveries(ca.config(), record.profile, record.deployments);
    if (targets.empty())
        throw Error(Code::refused, certificate.name, "has no target to be brought to",
                    "--to NAME, or deploy = [\"NAME\"] in its profile");

    const io::FolderLock lock = ca.lock();
    store::Transaction transaction(ca.database());
    if (record.deployments != certificate.deployments) {
        store::set_deployments(transaction, record.id, record.deployments);
        std::string names;
        for (const std::string& name : record.deployments)
            names += (names.empty() ? "" : " ") + name;
        record_event(transaction, run, "deployments", record.serial, names);
    }
    store::Delivery delivery = with_known_files(ca, record.id);
    if (!wish.key_file.empty())
        delivery.key_file = wish.key_file;
    for (const std::string& target : targets) {
        delivery.target = target;
        store::add_delivery(transaction, delivery);
    }
    transaction.commit();
    return record;
}

} // namespace mtlsca::authority

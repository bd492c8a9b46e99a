// Where the certificate is brought: the operator's targets and the profile's.
#include "policy/plan/draft.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mtlsca::policy {
namespace {

std::string known_targets(const Config& config) {
    std::vector<std::string> names;
    for (const auto& [name, target] : config.deploy_targets)
        names.push_back(name);
    return names.empty() ? "mtlsca.toml has no [deploy.NAME]"
                         : fmt::format("there are {}", fmt::join(names, ", "));
}

bool has_file_name(const DeployTarget& target, const std::string& name) {
    return target.certificate.fill_in(name, std::string(40, '0')).has_value();
}

// A target of the profile was checked with the settings; a wish may name anything.
bool judge(Draft& draft, const std::string& name, const std::string& requested) {
    const std::string field = "deploy " + name;
    const auto found = draft.config.deploy_targets.find(name);
    if (found == draft.config.deploy_targets.end()) {
        draft.refuse("deploy-unknown", field, requested,
                     "there is no such target; " + known_targets(draft.config));
        return false;
    }
    if (!has_file_name(found->second, draft.name())) {
        draft.refuse(
            "deploy-file-name", field, requested,
            fmt::format("'{}' cannot be the name of a file there; its files could be named by {{serial}}",
                        draft.name()));
        return false;
    }
    return true;
}

} // namespace

void decide_deployments(Draft& draft) {
    for (const std::string& name : draft.options.deployments) {
        if (contains(draft.deployments, name) || !judge(draft, name, name))
            continue;
        draft.grant("deploy " + name, name, name);
        draft.deployments.push_back(name);
    }
    for (const std::string& name : draft.profile.deployments)
        if (!contains(draft.deployments, name) && judge(draft, name, {}))
            draft.grant("deploy " + name, {}, name, "the profile says so");
}

} // namespace mtlsca::policy

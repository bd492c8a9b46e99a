#include "deploy/nginx/log/bearer.h"

#include "deploy/nginx/site/roles.h"
#include "deploy/nginx/site/values.h"
#include "encoding/hex.h"
#include "encoding/network.h"
#include "encoding/text.h"
#include "store/inventory/renewals.h"

#include <algorithm>
#include <set>

namespace mtlsca::deploy::nginx {
namespace {

bool is_named(const store::Certificate& certificate, const std::string& name) {
    const auto identity = parse_identity(name);
    if (!identity)
        return false;
    switch (identity->kind) {
    case Identity::Kind::name:
        return certificate.name == identity->value;
    case Identity::Kind::owner:
        return certificate.owner == identity->value;
    case Identity::Kind::san:
        break;
    }
    const auto& sans = certificate.sans;
    return std::find(sans.begin(), sans.end(), identity->value) != sans.end();
}

} // namespace

void introduce(Explanation& explanation, const Known& known, const store::Certificate& certificate) {
    explanation.who = certificate;
    explanation.successor = store::live_descendant_of(known.database, certificate.id, known.now);
    std::set<std::string> roles;
    for (const std::string& ou : certificate.ous)
        if (const auto role = known.config.roles.find(ou); role != known.config.roles.end())
            roles.insert(role->second);
    explanation.roles.assign(roles.begin(), roles.end());
}

bool is_client(const store::Certificate& certificate) {
    if (certificate.der.empty())
        return true;
    const auto read = x509::Certificate::from_der(certificate.der, certificate.name);
    const auto& usages = read.extended_key_usages();
    return usages.empty() || std::find(usages.begin(), usages.end(),
                                       x509::parse_extended_key_usage("clientAuth")) != usages.end();
}

bool may_enter(const store::Certificate& certificate, const std::vector<std::string>& roles,
               const LocationSettings& location) {
    if (location.access == "public" || (location.roles.empty() && location.names.empty()))
        return true;
    const auto has_role = [&](const std::string& role) {
        return std::find(roles.begin(), roles.end(), role) != roles.end();
    };
    return has_role(gateway_role) || std::any_of(location.roles.begin(), location.roles.end(), has_role) ||
           std::any_of(location.names.begin(), location.names.end(),
                       [&](const std::string& name) { return is_named(certificate, name); });
}

bool is_at_home(const store::Certificate& certificate, std::string_view address) {
    const auto from = encoding::parse_network(address);
    if (certificate.bindings.empty() || !from)
        return true;
    return std::any_of(certificate.bindings.begin(), certificate.bindings.end(),
                       [&](const std::string& text) {
                           const auto network = encoding::parse_network(text);
                           return network && network->contains(*from);
                       });
}

std::string revocation_text(const store::Revocation& revocation) {
    const bool held = revocation.reason == x509::RevocationReason::certificate_hold;
    std::string text = (held ? "is on hold since " : "was revoked ") + to_minutes(revocation.revoked_at);
    if (!held && revocation.reason != x509::RevocationReason::unspecified)
        text += std::string(" (") + x509::to_string(revocation.reason) + ")";
    return text;
}

std::string issue_command(const store::Certificate& certificate, const std::vector<std::string>& more_ous) {
    std::string command = "mtlsca issue " + encoding::shell_word(certificate.name);
    const auto add = [&](const char* option, const std::string& value) {
        command.append(" ").append(option).append(" ").append(encoding::shell_word(value));
    };
    if (certificate.profile != "client")
        add("--profile", certificate.profile);
    for (const std::string& ou : certificate.ous)
        add("--ou", ou);
    for (const std::string& ou : more_ous)
        add("--ou", ou);
    for (const std::string& san : certificate.sans)
        add("--san", san);
    if (!certificate.owner.empty())
        add("--owner", certificate.owner);
    for (const store::Label& label : certificate.labels)
        add("--label", label.key + "=" + label.value);
    for (const std::string& binding : certificate.bindings)
        add("--bind", binding);
    return command;
}

} // namespace mtlsca::deploy::nginx

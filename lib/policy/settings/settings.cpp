#include "policy/settings/settings.h"

#include "policy/settings/toml.h"

namespace mtlsca::policy {
namespace {

ProfileSettings read_profile(const std::string& name, TableReader& table) {
    ProfileSettings profile;
    profile.name = name;
    profile.line = table.line();
    profile.validity = table.text("validity");
    profile.longest_validity = table.text("longest_validity");
    profile.renew_due = table.text("renew_due");
    profile.renew_expired = table.text("renew_expired");
    profile.keys = table.list("keys");
    profile.key_usages = table.list("key_usages");
    profile.extended_key_usages = table.list("extended_key_usages");
    profile.ous = table.list("ous");
    profile.granted_ous = table.list("granted_ous").value_or(std::vector<std::string>{});
    profile.san_types = table.list("san_types");
    profile.name_as_san = table.flag("name_as_san");
    profile.dns_suffixes = table.list("dns_suffixes").value_or(std::vector<std::string>{});
    profile.networks = table.list("networks").value_or(std::vector<std::string>{});
    profile.email_domains = table.list("email_domains").value_or(std::vector<std::string>{});
    profile.uri_prefixes = table.list("uri_prefixes").value_or(std::vector<std::string>{});
    profile.wildcard_dns = table.flag("wildcard_dns");
    profile.unique = table.flag("unique");
    profile.request_san = table.text("request_san");
    profile.request_ou = table.text("request_ou");
    profile.deployments = table.list("deploy").value_or(std::vector<std::string>{});
    profile.subject = table.table("subject").texts();
    table.refuse_other_keys();
    return profile;
}

DeploySettings read_deploy_target(const std::string& name, TableReader& table) {
    DeploySettings target;
    target.name = name;
    target.folder = table.text("folder").value_or("");
    target.certificate = table.text("certificate");
    target.key = table.text("key");
    target.ca = table.text("ca");
    target.owner = table.text("owner").value_or("");
    target.group = table.text("group").value_or("");
    target.certificate_mode = table.text("certificate_mode");
    target.key_mode = table.text("key_mode");
    target.reload = table.text("reload").value_or("");
    table.refuse_other_keys();
    return target;
}

OcspSettings read_ocsp(TableReader table) {
    OcspSettings ocsp;
    ocsp.next_update = table.text("next_update");
    ocsp.overlap = table.text("overlap");
    ocsp.unknown = table.text("unknown");
    ocsp.nonce = table.text("nonce");
    ocsp.responder_validity = table.text("responder_validity");
    table.refuse_other_keys();
    return ocsp;
}

Settings read_root(TableReader& root) {
    Settings settings;
    TableReader ca = root.table("ca");
    settings.ca_name = ca.text("name").value_or("");
    settings.backdate = ca.text("backdate");
    settings.crl_url = ca.text("crl_url").value_or("");
    settings.issuer_url = ca.text("issuer_url").value_or("");
    settings.ocsp_url = ca.text("ocsp_url").value_or("");
    ca.refuse_other_keys();
    TableReader crl = root.table("crl");
    settings.next_update = crl.text("next_update");
    settings.overlap = crl.text("overlap");
    settings.root_next_update = crl.text("root_next_update");
    settings.root_overlap = crl.text("root_overlap");
    crl.refuse_other_keys();
    settings.ocsp = read_ocsp(root.table("ocsp"));
    settings.roles = root.table("roles").texts();
    for (auto& [name, table] : root.table("profiles").tables())
        settings.profiles.push_back(read_profile(name, table));
    for (auto& [name, table] : root.table("deploy").tables())
        settings.deploy_targets.push_back(read_deploy_target(name, table));
    root.refuse_other_keys();
    return settings;
}

} // namespace

Settings read_settings(std::string_view toml, const std::string& object) {
    Settings settings;
    read_toml(toml, object, "mtlsca.toml(5)", [&](TableReader& root) { settings = read_root(root); });
    return settings;
}

} // namespace mtlsca::policy

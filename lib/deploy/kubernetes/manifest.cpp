#include "deploy/kubernetes/manifest.h"

#include "deploy/kubernetes/names.h"
#include "deploy/template.h"
#include "encoding/base64.h"
#include "encoding/text.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mtlsca::deploy::kubernetes {
namespace {

using Json = nlohmann::json;

constexpr const char* usual_mount = "/etc/mtlsca";
// MaxSecretSize of k8s.io/api/core/v1: the values of `data` together, before base64.
constexpr std::size_t secret_max_bytes = 1024UL * 1024;

constexpr const char* label_rule = "small letters, digits and dashes inside, at most 63 (RFC 1123)";
constexpr const char* subdomain_rule =
    "small letters, digits, dashes and dots inside, at most 253 (RFC 1123)";

// A reference of the OCI distribution specification holds nothing else, and no registry takes more.
bool is_image(std::string_view text) {
    constexpr std::size_t longest = 512;
    constexpr std::string_view characters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:@+[]";
    return !text.empty() && text.size() <= longest &&
           text.find_first_not_of(characters) == std::string_view::npos;
}

// The API server refuses ":"; the rest would be syntax to nobody, but is a mistake in a path.
bool is_mount(std::string_view text) {
    return text.starts_with('/') && text.find(':') == std::string_view::npos && encoding::is_printable(text);
}

// The settings, checked and complete.
struct Names {
    std::string secret, namespace_, deployment, image, mount;
};

class Check {
public:
    Check(const ManifestSettings& settings, const SecretContent& content)
        : settings_(settings), content_(content) {}

    Names run() {
        Names names{secret_name(), settings_.namespace_, settings_.deployment, settings_.image,
                    settings_.mount.empty() ? usual_mount : settings_.mount};
        demand(names.namespace_.empty() || is_dns_label(names.namespace_), "k8s-namespace", "namespace",
               names.namespace_, label_rule);
        if (!names.deployment.empty()) {
            // It names the container and stands in a label, too.
            demand(is_dns_label(names.deployment), "k8s-name", "deployment", names.deployment, label_rule);
            demand(is_image(names.image), "k8s-image", "image", names.image,
                   "such as registry.example.com/team/app:1.2");
            demand(is_mount(names.mount), "k8s-mount", "mount", names.mount,
                   "an absolute path without a colon");
        }
        return names;
    }

    // Labels that Kubernetes takes; the others are noted.
    std::vector<SecretLabel> labels() {
        std::vector<SecretLabel> fit;
        for (const SecretLabel& label : content_.labels) {
            if (is_label_key(label.key) && is_label_value(label.value))
                fit.push_back(label);
            else
                findings_.push_back({Severity::note, "k8s-label", "label " + label.key,
                                     "is none that Kubernetes takes, and is left out"});
        }
        return fit;
    }

    Findings take_findings() { return std::move(findings_); }

private:
    void demand(bool is_fine, const char* rule, const char* field, const std::string& value,
                const std::string& allowed) {
        if (!is_fine)
            findings_.push_back({Severity::error, rule, field,
                                 fmt::format("'{}' is none that Kubernetes takes: {}", value, allowed)});
    }

    std::string secret_name() {
        if (!settings_.secret_name.empty()) {
            demand(is_dns_subdomain(settings_.secret_name), "k8s-name", "secret-name", settings_.secret_name,
                   subdomain_rule);
            return settings_.secret_name;
        }
        std::string name = to_dns_subdomain(content_.name);
        if (name.empty())
            findings_.push_back({Severity::error, "k8s-name", "secret-name",
                                 fmt::format("none can be made of '{}': say --secret-name", content_.name)});
        else if (name != content_.name)
            findings_.push_back(
                {Severity::note, "k8s-name", "secret-name",
                 fmt::format("is {}, because Kubernetes takes no '{}'", name, content_.name)});
        return name;
    }

    const ManifestSettings& settings_;
    const SecretContent& content_;
    Findings findings_;
};

void refuse_too_large(const SecretContent& content) {
    std::size_t size = 0;
    for (const SecretFile& file : content.files)
        size += file.content.size();
    if (size > secret_max_bytes)
        throw Error(Code::refused, "Secret",
                    fmt::format("would hold {} bytes, and Kubernetes takes {}", size, secret_max_bytes),
                    "a shorter CRL: shorter lifetimes, or revocation by another way than the CRL");
}

Json namespaces(const Names& names) {
    Json list = Json::array();
    if (!names.namespace_.empty())
        list.push_back({{"namespace", yaml_string(names.namespace_)}});
    return list;
}

// All of it but the values: what fills templates copies them, and wipes no copy.
std::string secret_head(const Names& names, const SecretContent& content,
                        const std::vector<SecretLabel>& labels) {
    Json label_rows = Json::array(), types = Json::array();
    for (const SecretLabel& label : labels)
        label_rows.push_back({{"key", yaml_string(label.key)}, {"value", yaml_string(label.value)}});
    // Left out, as kubectl does, it is Opaque.
    if (content.type == SecretType::tls)
        types.push_back({{"type", "kubernetes.io/tls"}});
    return render("kubernetes/secret.yaml", {{"origin", encoding::printable(content.origin)},
                                             {"name", yaml_string(names.secret)},
                                             {"namespaces", namespaces(names)},
                                             {"has_labels", !labels.empty()},
                                             {"labels", label_rows},
                                             {"types", types}});
}

// The values of its `data`: base64 needs no escape inside the quotes.
Secret secret_values(const SecretContent& content) {
    Secret values;
    for (const SecretFile& file : content.files)
        values = join_secret(
            {values.view(), "  ", file.key, ": \"", encoding::to_base64(file.content).view(), "\"\n"});
    return values;
}

std::string deployment_text(const Names& names, const SecretContent& content) {
    Json files = Json::array();
    for (const SecretFile& file : content.files)
        files.push_back({{"key", file.key}});
    return render("kubernetes/deployment.yaml", {{"name", yaml_string(names.deployment)},
                                                 {"namespaces", namespaces(names)},
                                                 {"image", yaml_string(names.image)},
                                                 {"mount", yaml_string(names.mount)},
                                                 {"secret", yaml_string(names.secret)},
                                                 {"files", files}});
}

} // namespace

std::optional<SecretType> parse_secret_type(std::string_view text) {
    if (text == "opaque")
        return SecretType::opaque;
    if (text == "tls")
        return SecretType::tls;
    if (text == "ingress-ca")
        return SecretType::ingress_ca;
    return std::nullopt;
}

Manifest write_manifest(const ManifestSettings& settings, const SecretContent& content) {
    Check check(settings, content);
    const Names names = check.run();
    const std::vector<SecretLabel> labels = check.labels();
    Findings findings = check.take_findings();
    if (has_errors(findings))
        throw Error(Code::refused, "--as k8s", "names that Kubernetes would refuse", {}, std::move(findings));
    refuse_too_large(content);
    const std::string deployment = names.deployment.empty() ? "" : deployment_text(names, content);
    return {join_secret({secret_head(names, content, labels), secret_values(content).view(), deployment}),
            std::move(findings)};
}

} // namespace mtlsca::deploy::kubernetes

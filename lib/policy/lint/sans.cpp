// Rules about subject alternative names.
#include "policy/lint/purposes.h"
#include "policy/lint/rules.h"

#include "encoding/network.h"
#include "encoding/text.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace mtlsca::policy {
namespace {

using Content = x509::CertificateContent;
using x509::San;
using x509::SanType;

template <typename Judge>
Wrong first_wrong(const Content& content, SanType type, Judge judge) {
    for (const San& san : content.sans)
        if (san.type == type)
            if (const Wrong wrong = judge(san.value))
                return fmt::format("{} {}", x509::to_string(san), *wrong);
    return std::nullopt;
}

bool is_server(const Content& content) {
    return has_purpose(content.extended_key_usages, server_auth);
}

Wrong server_without_san(const Content& content) {
    const bool has_host = std::any_of(content.sans.begin(), content.sans.end(),
                                      [](const San& san) { return san.type != SanType::email; });
    return wrong_if(is_server(content) && !has_host,
                    "for servers, and without a DNS name, an address or a URI: clients look at nothing else");
}

bool looks_like_host(const std::string& name) {
    return name.find_first_of(".:") != std::string::npos && x509::san_from_name(name);
}

Wrong name_not_among_sans(const Content& content) {
    const std::string name = content.subject.common_name();
    if (!is_server(content) || !looks_like_host(name))
        return std::nullopt;
    const auto san = x509::san_from_name(name);
    return wrong_if(std::find(content.sans.begin(), content.sans.end(), *san) == content.sans.end(),
                    "the CN is a host that is not among the SANs: clients don't reach it under that name");
}

Wrong san_repeated(const Content& content) {
    const std::set<San> known(content.sans.begin(), content.sans.end());
    return wrong_if(known.size() != content.sans.size(), "a SAN stands there twice");
}

Wrong critical_san(const Content& content) {
    return wrong_if(content.subject.empty() && !content.sans.empty(),
                    "no subject, so the SAN is critical: nginx's $ssl_client_s_dn will be empty");
}

// Letters, digits and hyphens, and what other rules speak of: "*" and "_".
bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '*';
           });
}

Wrong dns_syntax(const Content& content) {
    return first_wrong(content, SanType::dns, [](std::string_view name) -> Wrong {
        if (name.size() > 253)
            return "is longer than 253 characters";
        while (true) {
            const std::size_t dot = name.find('.');
            if (!is_label(name.substr(0, dot)))
                return "has a label that is not 1 to 63 small letters, digits and hyphens inside";
            if (dot == std::string_view::npos)
                return std::nullopt;
            name.remove_prefix(dot + 1);
        }
    });
}

Wrong dns_underscore(const Content& content) {
    return first_wrong(content, SanType::dns, [](const std::string& name) {
        return wrong_if(name.find('_') != std::string::npos, "has an underscore, which some clients refuse");
    });
}

Wrong dns_is_address(const Content& content) {
    return first_wrong(content, SanType::dns, [](const std::string& name) {
        return wrong_if(encoding::parse_address(name).has_value(), "is an address, which belongs into ip");
    });
}

Wrong wildcard(const Content& content) {
    return first_wrong(content, SanType::dns, [](const std::string& name) {
        const std::size_t star = name.rfind('*');
        return wrong_if(star != std::string::npos && (star != 0 || !name.starts_with("*.")),
                        "has a star that is not the whole leftmost label");
    });
}

Wrong wide_wildcard(const Content& content) {
    return first_wrong(content, SanType::dns, [](const std::string& name) {
        return wrong_if(name.starts_with("*.") && name.find('.', 2) == std::string::npos,
                        "covers a whole top-level domain, and clients refuse it");
    });
}

Wrong spiffe_not_alone(const Content& content) {
    const auto is_uri = [](const San& san) { return san.type == SanType::uri; };
    const auto is_spiffe = [](const San& san) { return san.value.starts_with("spiffe://"); };
    return wrong_if(std::count_if(content.sans.begin(), content.sans.end(), is_uri) > 1 &&
                        std::any_of(content.sans.begin(), content.sans.end(), is_spiffe),
                    "a SPIFFE ID beside another URI");
}

} // namespace

std::vector<LintRule> san_rules() {
    return {
        {"lint-server-without-san", Severity::error, "RFC 9525 2", server_without_san},
        {"lint-name-not-among-sans", Severity::note, "RFC 9525 2", name_not_among_sans},
        {"lint-san-repeated", Severity::error, "RFC 5280 4.2.1.6", san_repeated},
        {"lint-critical-san", Severity::note, "RFC 5280 4.2.1.6", critical_san},
        {"lint-dns-syntax", Severity::error, "RFC 1034 3.5", dns_syntax},
        {"lint-dns-underscore", Severity::warning, "RFC 1034 3.5", dns_underscore},
        {"lint-dns-is-address", Severity::error, "RFC 5280 4.2.1.6", dns_is_address},
        {"lint-wildcard", Severity::error, "RFC 9525 6.3", wildcard},
        {"lint-wide-wildcard", Severity::warning, "RFC 6125 7.2", wide_wildcard},
        {"lint-spiffe-not-alone", Severity::error, "SPIFFE X.509-SVID 2", spiffe_not_alone},
    };
}

} // namespace mtlsca::policy

// The key, and what it may be used for.
#include "policy/plan/draft.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mtlsca::policy {
namespace {

std::string allowed_keys(const Profile& profile) {
    std::vector<std::string> names;
    for (x509::KeyType type : profile.keys)
        names.emplace_back(x509::to_string(type));
    return fmt::format("profile {} allows {}", profile.name, fmt::join(names, ", "));
}

bool is_rsa(x509::KeyType type) {
    return type == x509::KeyType::rsa_2048 || type == x509::KeyType::rsa_3072 ||
           type == x509::KeyType::rsa_4096;
}

// RFC 3279 2.3.1 (RSA), RFC 8813 section 3 (EC), RFC 8410 section 5 (Ed25519): a key that cannot do it must
// not be certified for it.
bool is_able(x509::KeyType type, x509::KeyUsage usage) {
    switch (usage) {
    case x509::KeyUsage::key_encipherment:
    case x509::KeyUsage::data_encipherment:
        return is_rsa(type);
    case x509::KeyUsage::key_agreement:
        return !is_rsa(type) && type != x509::KeyType::ed25519;
    default:
        return true;
    }
}

void decide_key_usages(Draft& draft, x509::KeyType type) {
    for (x509::KeyUsage usage : draft.profile.key_usages) {
        const std::string field = fmt::format("key usage {}", x509::to_string(usage));
        if (!is_able(type, usage)) {
            draft.decide(Decision::Outcome::dropped, field, {}, {},
                         fmt::format("not for {} keys", x509::to_string(type)));
            continue;
        }
        draft.grant(field, {}, x509::to_string(usage), "by the profile");
        draft.content.key_usages.push_back(usage);
    }
    if (draft.content.key_usages.empty())
        draft.refuse_part("key-usage-none", "key usage", {},
                          fmt::format("profile {} has none that {} keys are able of", draft.profile.name,
                                      x509::to_string(type)));
}

} // namespace

void decide_key(Draft& draft) {
    const bool is_made_here = draft.key == nullptr;
    const std::string requested = is_made_here ? "" : draft.key->algorithm();
    const bool is_allowed = draft.key_type && contains(draft.profile.keys, *draft.key_type);
    if (draft.key_type)
        draft.grant("key", requested, x509::to_string(*draft.key_type), is_made_here ? "made here" : "");
    if (!is_made_here)
        for (Finding finding : draft.key->weaknesses()) {
            finding.subject = "key";
            draft.refuse(finding, requested);
        }
    if (!is_allowed && (is_made_here || draft.key->weaknesses().empty()))
        draft.refuse("key-not-allowed", "key", requested,
                     fmt::format("is {}; {}", draft.key_type ? x509::to_string(*draft.key_type) : requested,
                                 allowed_keys(draft.profile)));
    const bool is_issuers = !is_made_here && draft.key->spki() == draft.issuer().public_key().spki();
    if (draft.facts.key_is_a_ca_key || is_issuers)
        draft.refuse("key-of-ca", "key", requested, "is the key of a CA; make a new one");
    if (draft.facts.key_is_compromised)
        draft.refuse("key-compromised", "key", requested,
                     "a certificate with this key was revoked for keyCompromise; make a new one");
}

void decide_usages(Draft& draft) {
    if (draft.key_type)
        decide_key_usages(draft, *draft.key_type);
    else
        draft.is_complete = false;
    for (const std::string& oid : draft.profile.extended_key_usages) {
        const std::string name = x509::extended_key_usage_name(oid);
        draft.grant("extended key usage " + name, {}, name, "by the profile");
        draft.content.extended_key_usages.push_back(oid);
    }
    draft.content.ocsp_no_check = draft.profile.ocsp_no_check;
    if (draft.profile.ocsp_no_check)
        draft.grant("ocsp no check", {}, "true", "by the profile");
}

} // namespace mtlsca::policy

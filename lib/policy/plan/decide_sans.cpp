// Subject alternative names: the name itself, the operator's, the request's, each once.
#include "policy/lint/purposes.h"
#include "policy/plan/draft.h"
#include "policy/text/subject_text.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::policy {
namespace {

// A certificate is sent in every handshake: 100 names are 2 to 6 KB, and Let's Encrypt stops there too.
constexpr std::size_t most_sans = 100;

std::string field_of(const x509::San& san) {
    return "san " + x509::to_string(san);
}

bool is_requested(const Draft& draft, const x509::San& san) {
    return draft.request && contains(draft.request->sans, san);
}

RequestSans mode_of(const Draft& draft) {
    return draft.options.request_sans.value_or(draft.profile.request_sans);
}

void add(Draft& draft, const x509::San& san, const std::string& requested, const std::string& why) {
    if (contains(draft.content.sans, san))
        return;
    if (const auto finding = judge_san(draft.profile, san))
        return draft.refuse_part(*finding, requested);
    // A label that is the name's, too, was judged with it.
    if (const auto doubt = judge_scripts(field_of(san), san.value); doubt && san.value != draft.common_name)
        draft.add(*doubt);
    draft.grant(field_of(san), requested, san.value, why);
    draft.content.sans.push_back(san);
}

bool has_other_names(const Draft& draft) {
    const bool takes_requested = draft.request && mode_of(draft) != RequestSans::ignore;
    return !draft.options.sans.empty() || (takes_requested && !draft.request->sans.empty());
}

// A server's name is what its clients dial. A request's CN may be a description when SANs say the rest; what
// the operator calls it may not, because then NAME alone would not reach it.
void add_name(Draft& draft) {
    if (draft.common_name.empty())
        return;
    if (const auto san = x509::san_from_name(draft.common_name))
        return add(draft, *san, is_requested(draft, *san) ? san->value : "", "the name of a server");
    const std::string why = "is neither a DNS name nor an address, as profile " + draft.profile.name +
                            " makes SANs of names; give one, or another profile";
    if (draft.options.name || !has_other_names(draft))
        draft.refuse_part(Finding{Severity::error, "name-is-no-san", "subject CN", why});
    else
        draft.add({Severity::note, "name-is-no-san", "subject CN", why});
}

void add_from_operator(Draft& draft) {
    for (const std::string& text : draft.options.sans) {
        const x509::SanOrFinding read = x509::parse_san(text);
        if (read.san)
            add(draft, *read.san, read.san->value, "by the operator");
        else
            draft.refuse_part(*read.finding);
    }
}

void take_requested(Draft& draft, const x509::San& san) {
    const std::string field = field_of(san);
    if (contains(draft.content.sans, san)) // granted, and its decision says so
        return;
    if (mode_of(draft) == RequestSans::ignore)
        return draft.drop("san-dropped", field, san.value, "a request's SANs are ignored");
    const auto finding = judge_san(draft.profile, san);
    if (finding && mode_of(draft) == RequestSans::take)
        return draft.drop("san-dropped", field, san.value, finding->detail);
    add(draft, san, san.value, {});
}

// Names of a request that are none, or of other kinds: refused, unless what doesn't fit is dropped anyway.
void judge_unreadable(Draft& draft) {
    for (const Finding& finding : draft.request->findings) {
        if (!finding.rule.starts_with("san-"))
            continue;
        if (mode_of(draft) == RequestSans::check)
            draft.refuse_part(finding, finding.subject);
        else
            draft.drop("san-dropped", finding.subject, finding.subject, finding.detail);
    }
}

// SPIFFE X.509-SVID section 2: a certificate with a SPIFFE ID has exactly one URI SAN.
void judge_spiffe(Draft& draft) {
    std::vector<x509::San> uris;
    for (const x509::San& san : draft.content.sans)
        if (san.type == x509::SanType::uri)
            uris.push_back(san);
    const auto spiffe = std::find_if(uris.begin(), uris.end(),
                                     [](const x509::San& san) { return san.value.starts_with("spiffe://"); });
    if (spiffe != uris.end() && uris.size() > 1)
        draft.refuse_part(
            Finding{Severity::error, "san-spiffe-not-alone", field_of(*spiffe),
                    fmt::format("must be the only URI (SPIFFE X.509-SVID 2), there are {}", uris.size())});
}

void judge_number(Draft& draft) {
    const std::size_t number = draft.content.sans.size();
    if (number > most_sans)
        draft.refuse_part(Finding{Severity::error, "san-too-many", "san",
                                  fmt::format("there are {}, at most {} are allowed", number, most_sans)});
}

// Where there is no DNS SAN, clients of OpenSSL take a server's CN for one (X509_check_host): a CN must not
// bring in a host that the SANs could not.
void judge_name_as_host(Draft& draft) {
    const auto san = x509::san_from_name(draft.common_name);
    if (!has_purpose(draft.profile.extended_key_usages, server_auth) || !san ||
        draft.common_name.find_first_of(".:") == std::string::npos)
        return;
    if (const auto finding = judge_san(draft.profile, *san))
        draft.refuse_part(
            Finding{Severity::error, "cn-not-allowed", "subject CN", "is a host: " + finding->detail});
}

} // namespace

void decide_sans(Draft& draft) {
    if (draft.profile.name_as_san)
        add_name(draft);
    else
        judge_name_as_host(draft);
    add_from_operator(draft);
    if (draft.request) {
        for (const x509::San& san : draft.request->sans)
            take_requested(draft, san);
        judge_unreadable(draft);
    }
    judge_spiffe(draft);
    judge_number(draft);
    if (draft.is_complete && draft.common_name.empty() && draft.content.sans.empty())
        draft.refuse_part(Finding{Severity::error, "name-missing", "subject CN",
                                  "there is neither a CN nor a SAN; give --name or --san"});
}

} // namespace mtlsca::policy

#include "describe.h"

#include "encoding/base64.h"
#include "encoding/hex.h"
#include "encoding/pem.h"
#include "store/inventory/planned_revocations.h"
#include "store/inventory/renewals.h"

#include <fmt/format.h>

namespace mtlsca::app {
namespace {

constexpr std::size_t subject_file_max_bytes = 256 << 20; // a CRL of a million entries is 50 MB as PEM
constexpr std::uint64_t most_entries_in_text = 1000;      // people look for one with grep; scripts read JSON

template <typename Values, typename ToText>
std::vector<std::string> texts(const Values& values, ToText to_text) {
    std::vector<std::string> result;
    result.reserve(values.size());
    for (const auto& value : values)
        result.emplace_back(to_text(value));
    return result;
}

std::vector<std::string> san_texts(const std::vector<x509::San>& sans) {
    return texts(sans, [](const x509::San& san) { return x509::to_string(san); });
}

Json certificate_json(const x509::Certificate& certificate) {
    return {{"type", "certificate"},
            {"serial", encoding::to_upper_hex(certificate.serial())},
            {"subject", certificate.subject().to_string()},
            {"issuer", certificate.issuer().to_string()},
            {"not_before", to_rfc3339(certificate.not_before())},
            {"not_after", to_rfc3339(certificate.not_after())},
            {"san", san_texts(certificate.sans())},
            {"ca", certificate.is_ca()},
            {"key", certificate.public_key().algorithm()},
            {"key_usages",
             texts(certificate.key_usages(), [](x509::KeyUsage usage) { return x509::to_string(usage); })},
            {"extended_key_usages", texts(certificate.extended_key_usages(), x509::extended_key_usage_name)},
            {"crl_urls", certificate.crl_urls()},
            {"issuer_urls", certificate.issuer_urls()},
            {"ocsp_urls", certificate.ocsp_urls()},
            {"signature_algorithm", certificate.signature_algorithm()},
            {"sha256", encoding::to_hex(certificate.fingerprint())},
            {"x5t_s256", encoding::to_base64url(certificate.fingerprint())}};
}

std::string usages(const Json& object) {
    std::vector<std::string> words;
    for (const char* key : {"key_usages", "extended_key_usages"})
        for (const auto& word : object[key])
            words.push_back(word.get<std::string>());
    return joined(words);
}

void print_certificate(Session& session, const x509::Certificate& certificate) {
    const Json object = certificate_json(certificate);
    Output& out = session.out;
    out.line(certificate.is_ca() ? "CA certificate" : "certificate");
    out.field("subject", certificate.subject().to_string());
    out.field("issuer", certificate.issuer().to_string());
    out.field("serial", encoding::to_upper_hex(certificate.serial()));
    out.field("names", joined(san_texts(certificate.sans())));
    out.field("valid from", to_minutes(certificate.not_before()));
    out.field("valid until", to_minutes(certificate.not_after()) + ", " +
                                 left_until(certificate.not_after(), session.now()));
    out.field("key", certificate.public_key().algorithm());
    out.field("usage", usages(object));
    for (const x509::Subtree& subtree : certificate.name_constraints().permitted)
        out.field("permitted", x509::to_string(subtree));
    for (const x509::Subtree& subtree : certificate.name_constraints().excluded)
        out.field("excluded", x509::to_string(subtree));
    out.field("CRL", joined(certificate.crl_urls()));
    out.field("OCSP", joined(certificate.ocsp_urls()));
    out.field("issuer at", joined(certificate.issuer_urls()));
    out.field("signature", certificate.signature_algorithm());
    out.field("SHA-256", encoding::to_hex(certificate.fingerprint()));
    out.field("x5t#S256", encoding::to_base64url(certificate.fingerprint()));
}

// What `sign` will say of it, whatever the profile.
Findings findings_of(const x509::Request& request) {
    Findings findings = request.findings;
    findings.insert(findings.end(), request.key.weaknesses().begin(), request.key.weaknesses().end());
    const auto asks = [&findings](bool asked, const char* rule, const char* what) {
        if (asked)
            findings.push_back(
                {Severity::error, rule, "request", std::string("asks ") + what + ", which sign refuses"});
    };
    asks(request.asks_for_ca, "request-asks-for-ca", "to be a CA");
    asks(request.asks_for_cert_sign, "request-asks-for-cert-sign", "to sign certificates");
    asks(request.asks_for_crl_sign, "request-asks-for-crl-sign", "to sign CRLs");
    return findings;
}

Json request_json(const x509::Request& request) {
    Json extensions = Json::array();
    for (const x509::RequestedExtension& extension : request.extensions)
        extensions.push_back(
            {{"oid", extension.oid}, {"name", extension.name}, {"critical", extension.critical}});
    return {{"type", "request"},
            {"subject", request.subject.to_string()},
            {"san", san_texts(request.sans)},
            {"key", request.key.algorithm()},
            {"extensions", std::move(extensions)},
            {"sha256", encoding::to_hex(x509::sha256(request.der))},
            {"findings", to_json(findings_of(request))}};
}

void show_request(Session& session, const x509::Request& request) {
    if (session.json()) {
        session.out.json(request_json(request));
        return;
    }
    session.out.line("certification request");
    session.out.field("subject", request.subject.empty() ? "(empty)" : request.subject.to_string());
    session.out.field("names", joined(san_texts(request.sans)));
    session.out.field("key", request.key.algorithm());
    for (const x509::RequestedExtension& extension : request.extensions)
        session.out.field("asks for", extension.name + (extension.critical ? " (critical)" : ""));
    for (const Finding& finding : findings_of(request))
        session.out.field(to_string(finding.severity), finding.subject + ": " + finding.detail);
}

Json entry_json(const x509::Crl::Entry& entry) {
    const auto reason = entry.reason ? x509::parse_reason(std::to_string(*entry.reason)) : std::nullopt;
    return {{"serial", encoding::to_upper_hex(entry.serial)},
            {"revoked_at", to_rfc3339(entry.revoked_at)},
            {"reason", reason         ? Json(x509::to_string(*reason))
                       : entry.reason ? Json(*entry.reason)
                                      : Json(nullptr)},
            {"invalidity_date",
             entry.invalidity_date ? Json(to_rfc3339(*entry.invalidity_date)) : Json(nullptr)}};
}

// Decimal where it is a number that people count in; RFC 5280 5.2.3 allows up to 20 octets.
Json crl_number(const x509::Crl& crl) {
    if (!crl.number())
        return nullptr;
    if (crl.number()->size() > sizeof(std::uint64_t))
        return "0x" + encoding::to_upper_hex(*crl.number());
    std::uint64_t number = 0;
    for (const std::uint8_t octet : *crl.number())
        number = number << 8 | octet;
    return number;
}

Json crl_json(const x509::Crl& crl) {
    Json entries = Json::array();
    crl.for_each([&entries](const x509::Crl::Entry& entry) {
        entries.push_back(entry_json(entry));
        return true;
    });
    return {{"type", "crl"},
            {"issuer", crl.issuer().to_string()},
            {"number", crl_number(crl)},
            {"this_update", to_rfc3339(crl.this_update())},
            {"next_update", crl.next_update() ? Json(to_rfc3339(*crl.next_update())) : Json(nullptr)},
            {"signature_algorithm", crl.signature_algorithm()},
            {"entry_count", crl.entries()},
            {"entries", std::move(entries)}};
}

void print_crl(Session& session, const x509::Crl& crl) {
    Output& out = session.out;
    out.line(crl.is_delta() ? "delta CRL" : "CRL");
    out.field("issuer", crl.issuer().to_string());
    out.field("number", crl.number() ? crl_number(crl).dump() : "(none)");
    out.field("this update", to_minutes(crl.this_update()));
    out.field("next update", crl.next_update() ? to_minutes(*crl.next_update()) + ", " +
                                                     left_until(*crl.next_update(), session.now())
                                               : "(none)");
    out.field("signature", crl.signature_algorithm());
    out.field("entries", std::to_string(crl.entries()));
    std::uint64_t shown = 0;
    crl.for_each([&](const x509::Crl::Entry& entry) {
        const Json object = entry_json(entry);
        std::string text = encoding::to_upper_hex(entry.serial) + "  " + to_minutes(entry.revoked_at);
        if (!object["reason"].is_null())
            text += "  " + (object["reason"].is_string() ? object["reason"].get<std::string>()
                                                         : object["reason"].dump());
        if (entry.invalidity_date)
            text += "  invalid since " + to_minutes(*entry.invalidity_date);
        out.line("    " + text);
        return ++shown < most_entries_in_text;
    });
    if (shown < crl.entries())
        out.line(fmt::format("    … and {} more; --json shows all", crl.entries() - shown));
}

} // namespace

Bytes read_subject_file(const std::string& file) {
    return io::read_file(file, subject_file_max_bytes);
}

void show_crls(Session& session, ByteView content, const std::string& object) {
    std::vector<Bytes> crls;
    if (encoding::looks_like_pem(content)) {
        for (encoding::PemBlock& block : encoding::read_pem(as_text(content), object))
            if (block.label == "X509 CRL")
                crls.push_back(std::move(block.der));
        if (crls.empty())
            throw Error(Code::refused, object, "holds no CRL");
    } else {
        crls.emplace_back(content.begin(), content.end());
    }
    Json array = Json::array();
    for (const Bytes& der : crls) {
        const x509::Crl crl = x509::Crl::read(der, object);
        if (session.json())
            array.push_back(crl_json(crl));
        else
            print_crl(session, crl);
    }
    if (session.json())
        session.out.json(array.size() == 1 ? array.front() : array);
}

void show_certificates(Session& session, const std::vector<x509::Certificate>& certificates) {
    Json array = Json::array();
    for (const x509::Certificate& certificate : certificates) {
        if (session.json())
            array.push_back(certificate_json(certificate));
        else
            print_certificate(session, certificate);
    }
    if (session.json())
        session.out.json(array.size() == 1 ? array.front() : array);
}

namespace {

// DER has no label: it is what it parses as.
void show_der(Session& session, ByteView content, const std::string& object) {
    try {
        show_certificates(session, {x509::Certificate::from_der(content, object)});
        return;
    } catch (const Error&) {
    }
    try {
        show_request(session, x509::Request::parse(content, object));
        return;
    } catch (const Error&) {
    }
    try {
        show_crls(session, content, object);
    } catch (const Error&) {
        throw Error(Code::refused, object, "is no certificate, request or CRL, neither as PEM nor as DER");
    }
}

} // namespace

void show_bytes(Session& session, ByteView content, const std::string& object) {
    if (!encoding::looks_like_pem(content)) {
        show_der(session, content, object);
        return;
    }
    for (const encoding::PemBlock& block : encoding::read_pem(as_text(content), object)) {
        if (block.label.ends_with("CERTIFICATE"))
            return show_certificates(session, x509::Certificate::parse_all(content, object));
        if (block.label.ends_with("CERTIFICATE REQUEST"))
            return show_request(session, x509::Request::parse(content, object));
        if (block.label == "X509 CRL")
            return show_crls(session, content, object);
    }
    throw Error(Code::refused, object, "holds no certificate, request or CRL");
}

namespace {

// Before and behind it in the line of renewals.
struct Relatives {
    Relatives(const authority::Ca& ca, const store::Certificate& certificate) {
        const store::Database& database = ca.database();
        if (const auto before =
                certificate.renews ? store::by_id(database, *certificate.renews) : std::nullopt)
            renews = encoding::to_upper_hex(before->serial);
        if (const auto after = store::latest_successor_of(database, certificate.id))
            renewed_by = encoding::to_upper_hex(after->serial);
        if (const auto plan = store::planned_revocation(database, certificate.id))
            revoked_from = plan->revoke_at;
    }
    std::string renews, renewed_by;   // serials
    std::optional<Time> revoked_from; // planned
};

Json record_json(const store::Certificate& certificate, const Relatives& relatives, Time now) {
    const auto text_or_null = [](const std::string& text) {
        return text.empty() ? Json(nullptr) : Json(text);
    };
    Json object = inventory_json(certificate, now);
    object["renews"] = text_or_null(relatives.renews);
    object["renewed_by"] = text_or_null(relatives.renewed_by);
    object["revocation_planned"] =
        relatives.revoked_from ? Json(to_rfc3339(*relatives.revoked_from)) : Json(nullptr);
    return object;
}

} // namespace

void show_record(Session& session, const authority::Ca& ca, const store::Certificate& certificate) {
    const Time now = session.now();
    const Relatives relatives(ca, certificate);
    if (session.json()) {
        session.out.json(record_json(certificate, relatives, now));
        return;
    }
    const store::Filter::Status status = store::status(certificate, now);
    std::string state = store::to_string(status);
    if (certificate.revocation)
        state += std::string(" since ") + to_minutes(certificate.revocation->revoked_at) + ", " +
                 x509::to_string(certificate.revocation->reason);
    else
        state += ", " + left_until(certificate.not_after, now);
    Output& out = session.out;
    out.line(certificate.name);
    out.field("status", state);
    out.field("serial", encoding::to_upper_hex(certificate.serial));
    out.field("profile", certificate.profile);
    out.field("subject", certificate.subject);
    out.field("names", joined(certificate.sans));
    out.field("OU", joined(certificate.ous));
    out.field("owner", certificate.owner);
    out.field("labels", joined(certificate.labels));
    out.field("bound to", joined(certificate.bindings));
    out.field("brought to", joined(certificate.deployments));
    out.field("recorded", to_minutes(certificate.recorded_at));
    out.field("valid from", to_minutes(certificate.not_before));
    out.field("valid until", to_minutes(certificate.not_after));
    out.field("renews", relatives.renews);
    out.field("renewed by", relatives.renewed_by);
    if (relatives.revoked_from)
        out.field("to be revoked", "not before " + to_minutes(*relatives.revoked_from));
    if (certificate.revocation && certificate.revocation->invalidity_date)
        out.field("invalid since", to_minutes(*certificate.revocation->invalidity_date));
    out.field("SHA-256", encoding::to_hex(certificate.fingerprint));
    out.field("x5t#S256", encoding::to_base64url(certificate.fingerprint));
}

} // namespace mtlsca::app

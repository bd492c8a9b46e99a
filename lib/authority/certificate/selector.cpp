#include "authority/certificate/selector.h"

#include "encoding/hex.h"
#include "store/inventory/renewals.h"
#include "x509/name/san.h"

#include <algorithm>

namespace mtlsca::authority {
namespace {

constexpr std::uint64_t most_candidates = 10; // enough to recognise the right one in an error message
constexpr std::size_t certificate_file_max_bytes = 64UL * 1024;
constexpr std::size_t serial_max_octets = 20; // RFC 5280 4.1.2.2

// "cn:alice" → "alice" for "cn:".
std::optional<std::string> after_prefix(const std::string& id, std::string_view prefix) {
    if (!id.starts_with(prefix))
        return std::nullopt;
    return id.substr(prefix.size());
}

Bytes without_leading_zeros(Bytes serial) {
    const auto first =
        std::find_if(serial.begin(), serial.end(), [](std::uint8_t octet) { return octet != 0; });
    serial.erase(serial.begin(), first);
    return serial;
}

std::vector<store::Certificate> candidates(Ca& ca, const store::Filter& filter, Time now) {
    return store::find(ca.database(), filter, now, most_candidates);
}

std::vector<store::Certificate> by_serial(Ca& ca, const std::string& text, Time now) {
    const auto octets = encoding::from_hex(text);
    if (!octets || octets->size() > serial_max_octets + 1)
        return {};
    store::Filter filter;
    filter.serial = without_leading_zeros(*octets);
    return candidates(ca, filter, now);
}

std::vector<store::Certificate> by_fingerprint(Ca& ca, const std::string& id, const std::string& text,
                                               Time now) {
    store::Filter filter;
    filter.fingerprint = encoding::from_hex(text);
    if (!filter.fingerprint || filter.fingerprint->size() != x509::Sha256().size())
        throw Error(Code::usage, id, "is not a SHA-256 fingerprint of 64 hexadecimal digits");
    return candidates(ca, filter, now);
}

std::vector<store::Certificate> by_file(Ca& ca, const std::string& path, Time now) {
    const Bytes content = io::read_file(path, certificate_file_max_bytes);
    const auto certificate = x509::Certificate::parse(content, path);
    const x509::Sha256 fingerprint = certificate.fingerprint();
    store::Filter filter;
    filter.fingerprint = Bytes(fingerprint.begin(), fingerprint.end());
    return candidates(ca, filter, now);
}

// The live ones, else all: a name outlives its certificates. Many dead ones must not hide the live one.
std::vector<store::Certificate> live_first(Ca& ca, store::Filter filter, Time now) {
    std::vector<store::Certificate> live;
    for (const auto status : {store::Filter::Status::valid, store::Filter::Status::held}) {
        filter.status = status;
        for (store::Certificate& certificate : candidates(ca, filter, now))
            live.push_back(std::move(certificate));
    }
    if (!live.empty())
        return live;
    filter.status = std::nullopt;
    return candidates(ca, filter, now);
}

std::vector<store::Certificate> matches(Ca& ca, const std::string& id, Time now) {
    store::Filter filter;
    if (const auto path = after_prefix(id, "file:"))
        return by_file(ca, *path, now);
    if (const auto text = after_prefix(id, "sha256:"))
        return by_fingerprint(ca, id, *text, now);
    if (const auto name = after_prefix(id, "cn:")) {
        filter.name = *name;
        return live_first(ca, filter, now);
    }
    if (const auto san = after_prefix(id, "san:")) {
        filter.san = canonical_san(*san);
        return live_first(ca, filter, now);
    }
    std::vector<store::Certificate> found = by_serial(ca, id, now);
    filter.name = id;
    for (store::Certificate& certificate : live_first(ca, filter, now))
        if (std::none_of(found.begin(), found.end(),
                         [&](const auto& other) { return other.id == certificate.id; }))
            found.push_back(std::move(certificate));
    return found;
}

Error ambiguous(const Ca& ca, const std::string& id, const std::vector<store::Certificate>& found, Time now) {
    Findings candidates;
    for (const store::Certificate& certificate : found) {
        std::string detail = certificate.name + ", " + certificate.profile + ", " +
                             to_string(store::status(certificate, now)) + ", until " +
                             to_rfc3339(certificate.not_after);
        // The usual reason, and what tells one from the other.
        if (const auto successor = store::live_descendant_of(ca.database(), certificate.id, now))
            detail += ", renewed by " + encoding::to_upper_hex(successor->serial);
        candidates.push_back(
            {Severity::note, "candidate", encoding::to_upper_hex(certificate.serial), std::move(detail)});
    }
    return {Code::not_found, id, "means several certificates", "name one by its serial",
            std::move(candidates)};
}

} // namespace

std::string canonical_san(const std::string& text) {
    if (const auto typed = x509::parse_san(text); typed.san)
        return x509::to_string(*typed.san);
    const auto bare = x509::san_from_name(text);
    return bare ? bare->value : text;
}

store::Certificate select(Ca& ca, const std::string& id, Time now) {
    std::vector<store::Certificate> found = matches(ca, id, now);
    if (found.empty())
        throw Error(Code::not_found, id, "no such certificate", "mtlsca list shows what there is");
    if (found.size() > 1)
        throw ambiguous(ca, id, found, now);
    return std::move(found.front());
}

std::vector<store::Certificate> select(Ca& ca, const std::vector<std::string>& ids, Time now) {
    std::vector<store::Certificate> selected;
    std::vector<Error> errors;
    for (const std::string& id : ids) {
        try {
            store::Certificate certificate = select(ca, id, now);
            if (std::none_of(selected.begin(), selected.end(),
                             [&](const auto& other) { return other.id == certificate.id; }))
                selected.push_back(std::move(certificate));
        } catch (const Error& error) {
            errors.push_back(error);
        }
    }
    if (errors.empty())
        return selected;
    Error first = errors.front();
    for (std::size_t i = 1; i < errors.size(); ++i) {
        first.findings.push_back({Severity::error, "selector", errors[i].object, errors[i].reason});
        first.findings.insert(first.findings.end(), errors[i].findings.begin(), errors[i].findings.end());
    }
    throw first;
}

} // namespace mtlsca::authority

#include "authority/audit_seal.h"

#include "encoding/base64.h"
#include "encoding/hex.h"
#include "store/audit/audit.h"

#include <charconv>
#include <fmt/format.h>
#include <sstream>

namespace mtlsca::authority {
namespace {

constexpr std::string_view first_line = "mtlsca audit head 1";
constexpr std::size_t head_file_max_bytes = 64UL * 1024;

struct Seal {
    std::uint64_t sequence = 0;
    Bytes hash;
    Time time{};
    std::string key;
    std::string signed_text;
    Bytes signature;
};

std::string signed_text(const store::AuditHead& head, Time time, const x509::PublicKey& key) {
    return fmt::format("{}\nsequence {}\nhash {}\ntime {}\nkey {}\n", first_line, head.sequence,
                       encoding::to_hex(head.hash), to_rfc3339(time), encoding::to_hex(key.spki_sha256()));
}

// The value of a line "WORD VALUE", or nothing.
std::optional<std::string> value_of(std::istream& lines, std::string_view word) {
    std::string line;
    if (!std::getline(lines, line) || !line.starts_with(word) || line.size() <= word.size() ||
        line[word.size()] != ' ')
        return std::nullopt;
    return line.substr(word.size() + 1);
}

std::optional<Seal> read_seal(const std::string& text) {
    std::istringstream lines(text);
    std::string line;
    if (!std::getline(lines, line) || line != first_line)
        return std::nullopt;
    const auto sequence = value_of(lines, "sequence");
    const auto hash = value_of(lines, "hash");
    const auto time = value_of(lines, "time");
    const auto key = value_of(lines, "key");
    const auto signature = value_of(lines, "signature");
    if (!sequence || !hash || !time || !key || !signature)
        return std::nullopt;
    Seal seal;
    const auto [end, problem] =
        std::from_chars(sequence->data(), sequence->data() + sequence->size(), seal.sequence);
    const auto hash_bytes = encoding::from_hex(*hash);
    const auto when = parse_time(*time);
    const auto signature_bytes = encoding::from_base64(*signature);
    if (problem != std::errc{} || end != sequence->data() + sequence->size() || !hash_bytes || !when ||
        !signature_bytes)
        return std::nullopt;
    seal.hash = *hash_bytes;
    seal.time = *when;
    seal.key = *key;
    seal.signature = *signature_bytes;
    seal.signed_text = text.substr(0, text.find("signature "));
    return seal;
}

// The CA of ours that signed it: after a rollover that may be an older one.
bool is_authentic(Ca& ca, const Seal& seal) {
    for (const Tier& tier : ca.tiers()) {
        const x509::PublicKey& key = tier.certificate.public_key();
        if (encoding::to_hex(key.spki_sha256()) == seal.key)
            return x509::verify(key, x509::signature_algorithm(key), as_bytes(seal.signed_text),
                                seal.signature);
    }
    return false;
}

std::optional<Seal> read_head_file(Ca& ca, Findings& findings) {
    const io::Path path = ca.folder().audit_head();
    const auto broken = [&](const char* detail) {
        findings.push_back({Severity::error, "audit-head", path, detail});
        return std::optional<Seal>();
    };
    if (!io::exists(path))
        return broken("is missing: nothing proves that the log was not cut");
    const Bytes content = io::read_file(path, head_file_max_bytes);
    auto seal = read_seal(std::string(as_text(content)));
    if (!seal)
        return broken("is not a signed head of an audit log");
    if (!is_authentic(ca, *seal))
        return broken("its signature is not by a key of this CA");
    return seal;
}

std::uint64_t count_unsealed(Ca& ca, std::uint64_t sealed) {
    std::uint64_t count = 0;
    store::AuditFilter filter;
    filter.after = sealed;
    store::for_each_audit(ca.database(), filter, [&count](const store::AuditEntry& entry) {
        count += entry.event == "sealed" ? 0 : 1;
        return true;
    });
    return count;
}

} // namespace

std::string seal_audit(store::Transaction& transaction, Ca& ca, const Run& run) {
    const store::AuditHead head = store::audit_head(ca.database());
    const x509::PrivateKey& key = ca.key(ca.issuing());
    const std::string text = signed_text(head, run.clock.now(), key.public_key());
    const std::string signature = encoding::to_base64(x509::sign(key, as_bytes(text)));
    record_event(transaction, run, "sealed", {},
                 fmt::format(R"({{"sequence":{},"signature":"{}"}})", head.sequence, signature));
    return text + "signature " + signature + "\n";
}

AuditVerification verify_audit(Ca& ca) {
    AuditVerification verification;
    const std::optional<Seal> seal = read_head_file(ca, verification.findings);
    const store::Snapshot snapshot(ca.database());
    store::AuditWalk walk = store::walk_audit(ca.database(), seal ? seal->sequence : 0);
    verification.entries = walk.entries;
    verification.findings.insert(verification.findings.end(), walk.findings.begin(), walk.findings.end());
    if (!seal)
        return verification;
    verification.sealed = seal->sequence;
    verification.sealed_at = seal->time;
    if (!walk.hash_at)
        verification.findings.push_back(
            {Severity::error, "audit-cut", "entry " + std::to_string(seal->sequence),
             "was sealed at " + to_rfc3339(seal->time) + " and is gone: the log was cut"});
    else if (*walk.hash_at != seal->hash)
        verification.findings.push_back({Severity::error, "audit-rewritten",
                                         "entry " + std::to_string(seal->sequence),
                                         "differs from what was sealed at " + to_rfc3339(seal->time)});
    verification.unsealed = count_unsealed(ca, seal->sequence);
    return verification;
}

} // namespace mtlsca::authority

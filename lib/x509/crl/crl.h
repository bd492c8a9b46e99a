// Certificate revocation lists (RFC 5280 section 5), of any length: written and read as streams.
#pragma once

#include "io/file.h"
#include "io/stretches.h"
#include "time.h"
#include "x509/name/name.h"
#include "x509/signature/signature.h"

#include <functional>

namespace mtlsca::x509 {

// CRLReason by its number in RFC 5280 5.3.1. removeFromCRL (8) has no place in a full CRL and is not spoken
// here.
enum class RevocationReason {
    unspecified = 0,
    key_compromise = 1,
    ca_compromise = 2,
    affiliation_changed = 3,
    superseded = 4,
    cessation_of_operation = 5,
    certificate_hold = 6,
    privilege_withdrawn = 9,
    aa_compromise = 10,
};
// "keyCompromise" in any case, or its number; empty for anything else, removeFromCRL and 8 too.
std::optional<RevocationReason> parse_reason(std::string_view text);
const char* to_string(RevocationReason reason); // "keyCompromise"

struct CrlEntry {
    Bytes serial; // unsigned
    Time revoked_at;
    RevocationReason reason =
        RevocationReason::unspecified; // unspecified writes no extension (RFC 5280 5.3.1)
    std::optional<Time> invalidity_date;
};

struct CrlHeader {
    Bytes issuer; // DER Name
    Bytes authority_key_identifier;
    std::uint64_t number = 0;
    Time this_update;
    Time next_update;
};

// Writes a complete CRL, version 2, without critical extensions: entries go to a spool, then everything to
// `out` while it is hashed and signed. Memory does not depend on the number of entries. Nothing is committed:
// that is the caller's, after reading back. `key` and `out` outlive the writer; the spool lies in the folder
// of the target. For one thread.
class CrlWriter {
public:
    CrlWriter(CrlHeader header, const PrivateKey& key, io::AtomicFile& out);
    // In the order of the calls. Error(refused) for a serial that is zero or too long, before anything is
    // written.
    void add(const CrlEntry& entry);
    void finish(); // once, as the last call
    std::uint64_t entries() const { return entries_; }

private:
    CrlHeader header_;
    const PrivateKey& key_;
    io::AtomicFile& out_;
    io::Spool spool_;
    std::uint64_t entries_ = 0;
};

// A CRL from anybody, over bytes that the caller keeps alive. Error(refused, object) where it is not strict
// DER of a CertificateList.
class Crl {
public:
    // `passed` hears of each stretch that this or a later walk over the bytes has left behind: whoever mapped
    // a file of a million entries lets its pages go (io::let_go).
    static Crl read(ByteView der, const std::string& object, io::Passed passed = {});

    const Name& issuer() const { return issuer_; }
    Time this_update() const { return this_update_; }
    const std::optional<Time>& next_update() const { return next_update_; }
    const std::optional<Bytes>& number() const {
        return number_;
    } // unsigned, at most 20 octets in a sane one
    const Bytes& authority_key_identifier() const { return authority_key_identifier_; }
    std::uint64_t entries() const { return entries_; }
    bool is_delta() const { return is_delta_; }
    bool has_issuing_distribution_point() const { return has_issuing_distribution_point_; }
    // OIDs, of the list and its entries: critical extensions because of which OpenSSL, and so nginx, would
    // refuse every client. In the list that is all but AKI, delta indicator and IDP; in entries all,
    // certificateIssuer too, since an indirect CRL is treated in ways of its own.
    const std::vector<std::string>& unknown_critical_extensions() const {
        return unknown_critical_extensions_;
    }
    std::string signature_algorithm() const;
    bool is_signed_by(const PublicKey& issuer) const;

    struct Entry {
        ByteView serial; // unsigned
        Time revoked_at;
        std::optional<int> reason; // as written, 8 too
        std::optional<Time> invalidity_date;
    };
    // In the order of the list; stops when the visitor returns false.
    void for_each(const std::function<bool(const Entry&)>& visitor) const;
    std::optional<Entry> find(ByteView serial) const;

private:
    void take(const std::string& extension, ByteView value);

    Name issuer_;
    Time this_update_{};
    std::optional<Time> next_update_;
    std::optional<Bytes> number_;
    Bytes authority_key_identifier_;
    std::uint64_t entries_ = 0;
    bool is_delta_ = false, has_issuing_distribution_point_ = false;
    std::vector<std::string> unknown_critical_extensions_;
    ByteView tbs_, revoked_, algorithm_, signature_;
    std::string object_;
    io::Passed passed_;
};

} // namespace mtlsca::x509

// Certificates: what one is made of, how it is made, how it is read.
#pragma once

#include "time.h"
#include "x509/name/constraints.h"
#include "x509/signature/signature.h"

namespace mtlsca::x509 {

// KeyUsage bits by their number in RFC 5280 4.2.1.3.
enum class KeyUsage {
    digital_signature = 0,
    content_commitment = 1,
    key_encipherment = 2,
    data_encipherment = 3,
    key_agreement = 4,
    key_cert_sign = 5,
    crl_sign = 6,
};
std::optional<KeyUsage> parse_key_usage(std::string_view text); // "digitalSignature", …
const char* to_string(KeyUsage usage);
// "serverAuth", "clientAuth", "codeSigning", "emailProtection", "timeStamping", "OCSPSigning" or a dotted OID
// → dotted OID; empty for anything else.
std::optional<std::string> parse_extended_key_usage(std::string_view text);
std::string extended_key_usage_name(const std::string& oid); // back; the OID where it has no name

// Everything of a certificate but its signature.
struct CertificateContent {
    Bytes serial; // unsigned big-endian, 1 to 20 octets as DER (RFC 5280 4.1.2.2)
    Bytes issuer; // DER Name, byte for byte the subject of the issuer
    Time not_before;
    Time not_after;
    Name subject;
    Bytes spki;
    std::vector<San> sans; // critical where the subject is empty (RFC 5280 4.2.1.6)
    bool ca = false; // basicConstraints: present and critical in a CA's; CA:FALSE is written as an empty,
                     // critical one in a leaf's
    std::optional<unsigned> path_length;
    std::vector<KeyUsage> key_usages;             // critical
    std::vector<std::string> extended_key_usages; // dotted OIDs
    Bytes authority_key_identifier;               // empty: none (a root's own may be left out)
    Bytes subject_key_identifier;
    std::string crl_url;              // of the issuer's CRL; empty: no distribution point
    std::string issuer_url;           // of the issuer's certificate (AIA caIssuers)
    std::string ocsp_url;             // AIA OCSP
    NameConstraints name_constraints; // critical
    bool ocsp_no_check = false;       // RFC 6960 4.2.2.2.1
};

// The DER TBSCertificate, version 3, laid out by our own writer: extensions in a fixed order, so that golden
// files stay still. Error(refused) for a serial that is zero or too long.
Bytes encode_tbs(const CertificateContent& content, ByteView signature_algorithm);

// A certificate from anybody. Immutable, may be shared between threads.
class Certificate {
public:
    // A single DER certificate, strictly read: malformed, repeated or contradictory parts, also of extensions
    // that are known here, are Error(refused, object). Names of other kinds in the SAN are left out.
    static Certificate from_der(ByteView der, const std::string& object);
    // The first certificate of a PEM file, or DER.
    static Certificate parse(ByteView pem_or_der, const std::string& object);
    // All certificates of a PEM file (at least one), or the one of a DER file.
    static std::vector<Certificate> parse_all(ByteView pem_or_der, const std::string& object);

    const Bytes& der() const { return der_; }
    std::string to_pem() const;
    Sha256 fingerprint() const { return sha256(der_); }

    const Bytes& serial() const { return serial_; } // unsigned, without sign octet
    const Name& subject() const { return subject_; }
    const Name& issuer() const { return issuer_; }
    Time not_before() const { return not_before_; }
    Time not_after() const { return not_after_; }
    const PublicKey& public_key() const { return public_key_; }
    const std::vector<San>& sans() const { return sans_; }
    bool is_ca() const { return is_ca_; }
    const std::optional<unsigned>& path_length() const { return path_length_; } // what is too large is 1000
    const std::vector<KeyUsage>& key_usages() const { return key_usages_; }
    const std::vector<std::string>& extended_key_usages() const {
        return extended_key_usages_;
    } // dotted OIDs
    const Bytes& subject_key_identifier() const { return subject_key_identifier_; }
    const Bytes& authority_key_identifier() const { return authority_key_identifier_; }
    const NameConstraints& name_constraints() const { return name_constraints_; }
    const std::vector<std::string>& crl_urls() const { return crl_urls_; }
    const std::vector<std::string>& issuer_urls() const { return issuer_urls_; }
    const std::vector<std::string>& ocsp_urls() const { return ocsp_urls_; }
    std::string signature_algorithm() const; // "ecdsa-with-SHA256"
    bool is_signed_by(const PublicKey& issuer) const;

private:
    Bytes der_, serial_, subject_key_identifier_, authority_key_identifier_;
    Name subject_, issuer_;
    Time not_before_{}, not_after_{};
    PublicKey public_key_;
    std::vector<San> sans_;
    bool is_ca_ = false;
    std::optional<unsigned> path_length_;
    std::vector<KeyUsage> key_usages_;
    std::vector<std::string> extended_key_usages_, crl_urls_, issuer_urls_, ocsp_urls_;
    NameConstraints name_constraints_;
};

// Signs, and verifies the signature before the certificate is let out.
Bytes sign_certificate(const CertificateContent& content, const PrivateKey& issuer_key);

} // namespace mtlsca::x509

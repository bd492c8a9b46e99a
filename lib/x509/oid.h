// Object identifiers that this room writes and reads, in dotted form. Internal to lib/x509.
#pragma once

namespace mtlsca::x509::oid {

// Extensions of certificates (RFC 5280 4.2, RFC 6960 4.2.2.2.1)
inline constexpr const char* subject_key_identifier = "2.5.29.14";
inline constexpr const char* key_usage = "2.5.29.15";
inline constexpr const char* subject_alternative_name = "2.5.29.17";
inline constexpr const char* basic_constraints = "2.5.29.19";
inline constexpr const char* name_constraints = "2.5.29.30";
inline constexpr const char* crl_distribution_points = "2.5.29.31";
inline constexpr const char* authority_key_identifier = "2.5.29.35";
inline constexpr const char* extended_key_usage = "2.5.29.37";
inline constexpr const char* authority_information_access = "1.3.6.1.5.5.7.1.1";
inline constexpr const char* ocsp_no_check = "1.3.6.1.5.5.7.48.1.5";

// Ways of access in authority information access (RFC 5280 4.2.2.1)
inline constexpr const char* access_ocsp = "1.3.6.1.5.5.7.48.1";
inline constexpr const char* access_ca_issuers = "1.3.6.1.5.5.7.48.2";

// OCSP: its one type of answer, and extensions (RFC 6960 4.2.1 and 4.4, RFC 9654)
inline constexpr const char* ocsp_basic = "1.3.6.1.5.5.7.48.1.1";
inline constexpr const char* ocsp_nonce = "1.3.6.1.5.5.7.48.1.2";
inline constexpr const char* ocsp_extended_revoke = "1.3.6.1.5.5.7.48.1.9";

// Extensions of CRLs and their entries (RFC 5280 5.2, 5.3)
inline constexpr const char* crl_number = "2.5.29.20";
inline constexpr const char* crl_reason = "2.5.29.21";
inline constexpr const char* invalidity_date = "2.5.29.24";
inline constexpr const char* delta_crl_indicator = "2.5.29.27";
inline constexpr const char* issuing_distribution_point = "2.5.29.28";

// Public keys (RFC 3279 2.3, RFC 5480 2.1.1, RFC 8410 3)
inline constexpr const char* rsa_encryption = "1.2.840.113549.1.1.1";
inline constexpr const char* dsa = "1.2.840.10040.4.1";
inline constexpr const char* ec_public_key = "1.2.840.10045.2.1";
inline constexpr const char* ec_p256 = "1.2.840.10045.3.1.7";
inline constexpr const char* ec_p384 = "1.3.132.0.34";
inline constexpr const char* ec_p521 = "1.3.132.0.35";
inline constexpr const char* ed25519 = "1.3.101.112"; // its signatures too

// Attributes of requests: RFC 2985 5.4.2, and that of old Microsoft clients for the same
inline constexpr const char* extension_request = "1.2.840.113549.1.9.14";
inline constexpr const char* microsoft_extension_request = "1.3.6.1.4.1.311.2.1.14";

// Content types of PKCS#7 (RFC 2315 section 14)
inline constexpr const char* pkcs7_data = "1.2.840.113549.1.7.1";
inline constexpr const char* pkcs7_signed_data = "1.2.840.113549.1.7.2";

} // namespace mtlsca::x509::oid

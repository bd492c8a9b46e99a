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

// Extensions of CRLs and their entries (RFC 5280 5.2, 5.3)
inline constexpr const char* crl_number = "2.5.29.20";
inline constexpr const char* crl_reason = "2.5.29.21";
inline constexpr const char* invalidity_date = "2.5.29.24";
inline constexpr const char* delta_crl_indicator = "2.5.29.27";
inline constexpr const char* issuing_distribution_point = "2.5.29.28";

// Content types of PKCS#7 (RFC 2315 section 14)
inline constexpr const char* pkcs7_data = "1.2.840.113549.1.7.1";
inline constexpr const char* pkcs7_signed_data = "1.2.840.113549.1.7.2";

} // namespace mtlsca::x509::oid

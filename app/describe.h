// Certificates, requests and CRLs of any origin, in words or JSON.
#pragma once

#include "session.h"

#include "x509/crl/crl.h"
#include "x509/request/request.h"

namespace mtlsca::app {

Bytes read_subject_file(const std::string& file); // as large as a CRL of a million entries is

// What the bytes hold: certificates, requests or CRLs, in PEM or DER. Error(refused) for anything else.
void show_bytes(Session& session, ByteView content, const std::string& object);
void show_crls(Session& session, ByteView content, const std::string& object);
void show_certificates(Session& session, const std::vector<x509::Certificate>& certificates);
// With who it renews and who renewed it.
void show_record(Session& session, const authority::Ca& ca, const store::Certificate& certificate);

} // namespace mtlsca::app

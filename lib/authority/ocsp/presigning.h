// Answers that are signed beforehand, as files that any web server serves: one for each certificate that has
// not expired, revoked ones and those of the CAs too. Each file is what the Responder answers to the request
// that most clients send: one CertID, no nonce.
#pragma once

#include "authority/ocsp/responder.h"

#include <functional>

namespace mtlsca::authority {

inline constexpr std::size_t presigned_octets_max = 64 * 1024; // a response of ours has 1 KB

struct PresigningOptions {
    io::Path folder;
    // Of the CertID: what clients of today ask with. RFC 9919 3.1.1 wants sha256 of new ones.
    x509::OcspHash hash = x509::OcspHash::sha1;
    // What a file is called. By request: what a client asks for by GET (RFC 9919 section 6), base64 whose
    // slashes are folders, and ".der", because it may end in one. By serial: "4F….der", for
    // ssl_stapling_file.
    enum class Names { request, serial } names = Names::request;
    bool all = false;                  // also what is not due
    std::function<bool()> should_stop; // asked now and then
};

struct Presigned {
    std::uint64_t made = 0, kept = 0;
    std::optional<Time> next_update; // the earliest of all, kept or made
    bool is_stopped = false;
};

// What is due: a file that is missing or unreadable, whose certificate was revoked, held or released since,
// or of which less than the overlap of the settings is left. Nothing is recorded: a run that died is gone on
// with by the next one. Memory does not depend on the number of certificates. Error(failed) where a CA's
// responder cannot sign.
//
// `ca` is read; `responder` is one of the same CA.
Presigned presign(const Ca& ca, Responder& responder, Time now, const PresigningOptions& options);

// The request, DER, and the path of its file below the folder.
Bytes presigned_request(const x509::Certificate& issuer, x509::OcspHash hash, ByteView serial);
io::Path presigned_path(const PresigningOptions& options, ByteView request, ByteView serial);

} // namespace mtlsca::authority

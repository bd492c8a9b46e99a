// Answers that are signed beforehand, one for each certificate that has not expired, revoked ones and those
// of the CAs too: as files that any web server serves (presigned_files.h), or as rows for a responder that
// has no key (presigned_rows.h). Each is what the Responder answers to the request that most clients send:
// one CertID, no nonce.
#pragma once

#include "authority/ocsp/presigned_answer.h"
#include "authority/ocsp/responder.h"

#include <functional>

namespace mtlsca::authority {

// Where they lie.
class PresignedPlace {
public:
    struct Subject {
        const Tier* issuer;
        Bytes serial;
        Bytes request; // presigned_request()
        std::string object() const;
    };
    struct Answer {
        Subject subject;
        Bytes der;
        Time next_update{};
    };
    virtual ~PresignedPlace() = default;
    // None: nothing lies there.
    virtual std::optional<Bytes> find(const Subject& subject) = 0;
    // In place of what lies there. Durable when it returns; what dies or throws has done some of them.
    virtual void keep(const std::vector<Answer>& page) = 0;
    // After a whole run: nothing that is asked for any longer ends before `until`.
    virtual void finish(Time now, Time until) = 0;
};

struct PresigningOptions {
    // Of the CertID: what clients of today ask with. RFC 9919 3.1.1 wants sha256 of new ones.
    x509::OcspHash hash = x509::OcspHash::sha1;
    bool all = false;                  // also what is not due
    std::function<bool()> should_stop; // asked now and then
};

struct Presigned {
    std::uint64_t made = 0, kept = 0;
    std::optional<Time> next_update; // the earliest of all, kept or made
    bool is_stopped = false;
};

// What is due: an answer that is missing or unreadable, whose certificate was revoked, held or released
// since, or of which less than the overlap of the settings is left. Nothing is recorded: a run that died is
// gone on with by the next one. Memory does not depend on the number of certificates. Error(failed) where a
// CA's responder cannot sign.
//
// `ca` is read; `responder` is one of the same CA.
Presigned presign(const Ca& ca, Responder& responder, PresignedPlace& place, Time now,
                  const PresigningOptions& options);

// The request, DER.
Bytes presigned_request(const x509::Certificate& issuer, x509::OcspHash hash, ByteView serial);

} // namespace mtlsca::authority

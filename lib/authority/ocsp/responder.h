// Answers the questions of OCSP clients (RFC 6960, RFC 5019, nonce as RFC 9654) from the inventory as it is
// at this moment: a revocation that another process committed is in the next answer.
//
// One Responder has one database connection and one signing context for each CA, and belongs to one thread;
// several threads open one each, and share nothing. Whatever the octets of a question, there is an answer:
// answer() throws nothing but std::bad_alloc.
#pragma once

#include "authority/ocsp/delegate.h"
#include "authority/ocsp/serial_states.h"
#include "x509/ocsp/request.h"
#include "x509/ocsp/response.h"

namespace mtlsca::authority {

struct OcspAnswer {
    Bytes der; // a whole OCSPResponse
    x509::OcspStatus status = x509::OcspStatus::internal_error;
    // Of a successful one; with several certificates those of the first.
    Time produced_at{}, this_update{}, next_update{};
    // Successful, about one certificate, and no nonce in it: the same question may get it again as long as
    // generation() stays the same, until next_update at most (RFC 5019 section 6).
    bool is_cacheable = false;
    std::string problem; // why it is not successful, for a log of ours; may hold hostile bytes
};

class Responder {
public:
    // A Ca that was opened for reading is enough. Delegates that are missing or unusable are problems();
    // their CA's certificates get "tryLater".
    Responder(Ca ca, Time now);
    ~Responder();
    Responder(Responder&&) noexcept;

    // As things are now.
    OcspAnswer answer(ByteView request, Time now);
    // As things were at the last generation() or answer(), or are now: for requests that had come before it.
    // Where nothing has to be read, without any look at the database.
    OcspAnswer answer_as_of_generation(ByteView request, Time now);

    // Looks. Another number as soon as any answer may be another one: a commit by anybody, a renewed
    // delegate. Costs a few microseconds. Never goes back. Error where the database cannot be read.
    std::uint64_t generation(Time now);

    // Delegates that are missing, broken or over: "ocsp-responder" and the tier's name.
    Findings problems(Time now) const;
    // When the first of the delegates in use ends; none: there is none.
    std::optional<Time> first_end() const;

private:
    struct Issuer;
    void refresh(Time now);
    void load();
    Issuer* issuer_of(const x509::OcspRequest& request);
    bool are_known(const Issuer& issuer, const x509::OcspRequest& request) const;
    SerialStates::State state_of(const Issuer& issuer, ByteView serial);
    x509::OcspSingleResponse single_of(const Issuer& issuer, const x509::OcspCertificateId& id, Time now,
                                       bool& is_extended);
    OcspAnswer answer_to(const x509::OcspRequest& request, Time now);
    OcspAnswer signed_answer(Issuer& issuer, const x509::OcspRequest& request,
                             const std::vector<x509::OcspSingleResponse>& responses, bool is_extended,
                             Time now) const;

    Ca ca_;
    std::vector<Issuer> issuers_;
    std::int64_t changes_ = 0;
    std::uint64_t generation_ = 0;
    SerialStates states_; // of this generation
    bool is_changed_ = false;
    Time looked_at_{}; // at the files
};

} // namespace mtlsca::authority

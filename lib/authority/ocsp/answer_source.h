// Who answers the questions of OCSP clients: the inventory (responder.h), or a folder with answers that were
// signed beforehand (presigned_answers.h).
#pragma once

#include "error.h"
#include "time.h"
#include "x509/ocsp/response.h"

#include <array>
#include <optional>

namespace mtlsca::authority {

// How many certificates are good, revoked and unknown: by OcspSingleResponse::Status.
using OcspStatuses = std::array<unsigned, 3>;

struct OcspAnswer {
    Bytes der; // a whole OCSPResponse
    x509::OcspStatus status = x509::OcspStatus::internal_error;
    // Of a successful one; with several certificates the times are those of the first.
    Time produced_at{}, this_update{}, next_update{};
    OcspStatuses statuses{};
    // Successful, about one certificate, and no nonce was asked for: the same question may get it again as
    // long as generation() stays the same, until next_update at most (RFC 9919 section 7).
    bool is_cacheable = false;
    bool was_presigned = false; // given as it lay there
    // Why it is not successful, or why nothing was signed; for a log of ours, and may hold hostile bytes.
    std::string problem;
};
OcspAnswer ocsp_failure(x509::OcspStatus status, std::string problem);

// For one thread.
class AnswerSource {
public:
    virtual ~AnswerSource() = default;
    // As things are now. Whatever the octets of a question, there is an answer: throws nothing but
    // std::bad_alloc.
    virtual OcspAnswer answer(ByteView request, Time now) = 0;
    // For requests that had all come before the last generation(): as things were then or later. What is held
    // for them is held until release().
    virtual OcspAnswer answer_as_of_generation(ByteView request, Time now) { return answer(request, now); }
    virtual void release() {}
    // Another number as soon as any answer may be another one. Error where nobody can tell.
    virtual std::uint64_t generation(Time now) = 0;
    // Why questions are answered with "tryLater", now or from one of them on.
    virtual Findings problems(Time now) const = 0;
    // When the first of the certificates ends that answers are signed with; none: nothing is signed here.
    virtual std::optional<Time> first_end() const = 0;
    // When the first of the answers ends that were signed beforehand and are given here; none: there are
    // none.
    virtual std::optional<Time> first_presigned_end(Time now) const = 0;
};

} // namespace mtlsca::authority

// Answers from a folder that `ocsp presign` wrote: for a host that has neither the CA's database nor the key
// of a responder, and can therefore neither learn nor say anything but what was signed elsewhere.
#pragma once

#include "authority/ocsp/answer_source.h"
#include "io/file.h"

namespace mtlsca::authority {

// A question about one certificate is found by what it asks, whatever else is in it: a nonce stays without an
// echo (RFC 9919 3.2.1). What is not there, and questions about several, are "unauthorized" (RFC 9919 3.2.3);
// an answer that has ended is "tryLater", because clients would refuse it. A file that was replaced is given
// within a second.
class PresignedAnswers final : public AnswerSource {
public:
    // Error(not_found) where there is no such folder.
    explicit PresignedAnswers(io::Path folder);
    OcspAnswer answer(ByteView request, Time now) override;
    std::uint64_t generation(Time now) override;
    // The folder is not there, no run of presign was ever finished, or the answers of the last one have
    // ended.
    Findings problems(Time now) const override;
    std::optional<Time> first_end() const override { return std::nullopt; }
    std::optional<Time> first_presigned_end(Time now) const override;

private:
    io::Path folder_;
};

} // namespace mtlsca::authority

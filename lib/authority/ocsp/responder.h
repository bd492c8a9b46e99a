// Answers the questions of OCSP clients (RFC 6960, RFC 9919, nonce as RFC 9654) from the inventory as it is
// at this moment: a revocation that another process committed is in the next answer.
//
// One Responder has one database connection and one signing context for each CA, and belongs to one thread;
// several threads open one each, and share nothing.
#pragma once

#include "authority/ocsp/answer_source.h"
#include "authority/ocsp/delegate.h"
#include "authority/ocsp/serial_states.h"
#include "x509/ocsp/request.h"

#include <memory>

namespace mtlsca::authority {

class Responder final : public AnswerSource {
public:
    // A Ca that was opened for reading is enough. For a CA whose delegate is missing or unusable the rows of
    // `ocsp presign --rows` answer, each as long as it says what the inventory says; without one it is
    // "tryLater".
    Responder(Ca ca, Time now);
    ~Responder() override;
    Responder(Responder&&) noexcept;

    OcspAnswer answer(ByteView request, Time now) override;
    // The state of the database that the first of them reads is held until release(), and while it is, the
    // log of writes cannot be begun anew.
    OcspAnswer answer_as_of_generation(ByteView request, Time now) override;
    void release() override { snapshot_.reset(); }

    // Looks: a commit by anybody, a renewed delegate. Costs a few microseconds. Never goes back.
    std::uint64_t generation(Time now) override;

    // Delegates that are missing, broken or over, with no row in their place that is good still:
    // "ocsp-responder" and the tier's name.
    Findings problems(Time now) const override;
    std::optional<Time> first_end() const override; // of the delegates in use
    std::optional<Time> first_presigned_end(Time now) const override;

private:
    struct Issuer;
    void refresh(Time now);
    void load();
    Issuer* issuer_of(const x509::OcspRequest& request);
    bool are_known(const Issuer& issuer, const x509::OcspRequest& request) const;
    SerialStates::State state_of(const Issuer& issuer, ByteView serial);
    x509::OcspSingleResponse single_of(const Issuer& issuer, const x509::OcspCertificateId& id, Time now,
                                       bool& is_extended);
    void hold(Time now);
    OcspAnswer answer_to(const x509::OcspRequest& request, Time now);
    OcspAnswer presigned_answer(const Issuer& issuer, const x509::OcspRequest& request, Time now);
    OcspAnswer signed_answer(Issuer& issuer, const x509::OcspRequest& request,
                             const std::vector<x509::OcspSingleResponse>& responses, bool is_extended,
                             Time now) const;

    Ca ca_;
    std::vector<Issuer> issuers_;
    std::int64_t changes_ = 0;
    std::uint64_t generation_ = 0;
    SerialStates states_; // of this generation
    // One for all that is read: each takes locks on the file, which cost as much as the reading.
    std::unique_ptr<const store::Snapshot> snapshot_;
    bool is_changed_ = false;
    Time looked_at_{}; // at the files
};

} // namespace mtlsca::authority

#include "authority/ocsp/responder.h"

#include "authority/ocsp/presigned_rows.h"
#include "store/inventory/presigned_answers.h"
#include "store/inventory/serial_status.h"
#include "store/issuer/former_certificates.h"

#include <algorithm>
#include <array>

namespace mtlsca::authority {

using x509::OcspSingleResponse;
using x509::OcspStatus;

namespace {

// Subject and key of an issuer by one of the hashes that a CertID may use.
struct HashedName {
    Bytes name, key;
};
using HashedNames = std::array<HashedName, x509::ocsp_hashes>;

HashedNames hashes_of(const x509::Certificate& certificate) {
    HashedNames hashes;
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        const auto hash = static_cast<x509::OcspHash>(i);
        hashes[i].name = x509::ocsp_digest(hash, certificate.subject().der());
        hashes[i].key = x509::ocsp_digest(hash, certificate.public_key().key_octets());
    }
    return hashes;
}

bool equal(ByteView a, ByteView b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

OcspAnswer failure_of(const Error& error) {
    return ocsp_failure(error.code == Code::busy ? OcspStatus::try_later : OcspStatus::internal_error,
                        error.what());
}

} // namespace

struct Responder::Issuer {
    store::IssuerId id;
    std::string name;
    Bytes certificate; // its DER, to notice another one
    HashedNames hashes;
    std::vector<Bytes> ca_serials; // of all certificates that it ever signed for CAs of ours, its own too
    std::optional<io::FileIdentity> file;
    std::optional<x509::OcspSigner> signer;
    Time signer_begin{}, signer_end{};
    std::string problem;

    bool is_named_by(const x509::OcspCertificateId& id_of_certificate) const {
        if (!id_of_certificate.hash)
            return false;
        const HashedName& hashed = hashes[static_cast<std::size_t>(*id_of_certificate.hash)];
        return equal(hashed.key, id_of_certificate.issuer_key_hash) &&
               equal(hashed.name, id_of_certificate.issuer_name_hash);
    }

    void open_signer(const Ca& ca, const Tier& tier) {
        file = io::identity_of(delegate_file(ca.folder(), name));
        signer.reset();
        try {
            if (auto delegate = read_delegate(ca, tier)) {
                signer_begin = delegate->certificate.not_before();
                signer_end = delegate->certificate.not_after();
                signer.emplace(delegate->key, &delegate->certificate);
            } else {
                problem = "has no responder's certificate";
            }
        } catch (const Error& error) {
            problem = error.what();
        }
    }

    bool can_sign(Time now) const { return signer && now >= signer_begin && now < signer_end; }
    std::string why_it_cannot_sign() const {
        return signer ? "the responder's certificate has expired" : problem;
    }
};

Responder::Responder(Ca ca, Time now) : ca_(std::move(ca)) {
    ca_.config(); // broken settings are told here, not to the first who asks
    changes_ = store::changes_of_others(ca_.database());
    looked_at_ = now;
    load();
}

Responder::~Responder() = default;
Responder::Responder(Responder&&) noexcept = default;

void Responder::load() {
    std::vector<Issuer> issuers;
    const auto former_certificates = store::former_certificates(ca_.database());
    for (const Tier& tier : ca_.tiers()) {
        if (!Ca::is_trusted(tier))
            continue;
        Issuer issuer;
        issuer.id = tier.record.id;
        issuer.name = tier.name();
        issuer.certificate = tier.certificate.der();
        issuer.hashes = hashes_of(tier.certificate);
        for (const Tier& other : ca_.tiers())
            if (other.record.parent == tier.record.id || (other.is_root() && &other == &tier))
                issuer.ca_serials.push_back(other.certificate.serial());
        for (const CrossCertificate& cross : ca_.cross_certificates())
            if (cross.signer == tier.record.id)
                issuer.ca_serials.push_back(cross.certificate.serial());
        for (const store::FormerCertificate& former : former_certificates)
            if (former.signer == tier.record.id)
                issuer.ca_serials.push_back(former.serial);
        issuer.open_signer(ca_, tier);
        issuers.push_back(std::move(issuer));
    }
    issuers_ = std::move(issuers);
    ++generation_;
}

void Responder::refresh(Time now) {
    const std::int64_t changes = store::changes_of_others(ca_.database());
    if (changes != changes_) {
        changes_ = changes;
        is_changed_ = true;
        ++generation_;
    }
    if (now == looked_at_) // once a second
        return;
    looked_at_ = now;
    bool is_other = std::any_of(issuers_.begin(), issuers_.end(), [&](const Issuer& issuer) {
        return issuer.file != io::identity_of(delegate_file(ca_.folder(), issuer.name));
    });
    if (is_changed_) {
        ca_.reload();
        std::size_t trusted = 0;
        for (const Tier& tier : ca_.tiers()) {
            if (!Ca::is_trusted(tier))
                continue;
            is_other = is_other || trusted == issuers_.size() ||
                       issuers_[trusted].certificate != tier.certificate.der();
            ++trusted;
        }
        is_other = is_other || trusted != issuers_.size();
        is_changed_ = false;
    }
    if (is_other)
        load();
}

std::uint64_t Responder::generation(Time now) {
    release();
    refresh(now);
    return generation_;
}

Responder::Issuer* Responder::issuer_of(const x509::OcspRequest& request) {
    const auto found = std::find_if(issuers_.begin(), issuers_.end(), [&](const Issuer& issuer) {
        // One signer speaks for one CA.
        return std::all_of(request.certificates.begin(), request.certificates.end(),
                           [&](const x509::OcspCertificateId& id) { return issuer.is_named_by(id); });
    });
    return found == issuers_.end() ? nullptr : &*found;
}

bool Responder::are_known(const Issuer& issuer, const x509::OcspRequest& request) const {
    return std::all_of(request.certificates.begin(), request.certificates.end(),
                       [&](const x509::OcspCertificateId& id) {
                           return states_.find(issuer.id, id.serial, generation_) != nullptr;
                       });
}

SerialStates::State Responder::state_of(const Issuer& issuer, ByteView serial) {
    if (const SerialStates::State* kept = states_.find(issuer.id, serial, generation_))
        return *kept;
    const SerialStates::State state = store::status_of_serial(ca_.database(), issuer.id, serial);
    states_.keep(issuer.id, serial, generation_, state);
    return state;
}

OcspSingleResponse Responder::single_of(const Issuer& issuer, const x509::OcspCertificateId& id, Time now,
                                        bool& is_extended) {
    const policy::Config& config = ca_.config();
    OcspSingleResponse response;
    response.certificate_id = id.whole;
    response.this_update = now - config.backdate;
    response.next_update = std::min(now + config.ocsp.next_update, issuer.signer_end);
    const SerialStates::State known = state_of(issuer, id.serial);
    const bool is_ca =
        std::find(issuer.ca_serials.begin(), issuer.ca_serials.end(), id.serial) != issuer.ca_serials.end();
    if (known && known->revocation) {
        response.status = OcspSingleResponse::Status::revoked;
        response.revoked_at = known->revocation->revoked_at;
        response.reason = known->revocation->reason;
        // Nobody knew before that it would be revoked.
        response.this_update = std::clamp(response.revoked_at, response.this_update, now);
    } else if (known ? known->state == store::State::valid : is_ca) {
        response.status = OcspSingleResponse::Status::good;
    } else if (config.ocsp.unknown_is_revoked) {
        // RFC 6960 4.4.8: on hold since 1970, which no certificate that was issued can be.
        response.status = OcspSingleResponse::Status::revoked;
        response.reason = x509::RevocationReason::certificate_hold;
        is_extended = true;
    }
    return response;
}

OcspAnswer Responder::signed_answer(Issuer& issuer, const x509::OcspRequest& request,
                                    const std::vector<OcspSingleResponse>& responses, bool is_extended,
                                    Time now) const {
    x509::OcspResponseContent content;
    content.produced_at = now;
    content.responses = responses;
    content.extended_revoke = is_extended;
    if (ca_.config().ocsp.echoes_nonce)
        content.nonce = request.nonce;
    OcspAnswer answer;
    answer.der = issuer.signer->sign(content);
    answer.status = OcspStatus::successful;
    answer.produced_at = now;
    answer.this_update = responses.front().this_update;
    answer.next_update = responses.front().next_update;
    for (const OcspSingleResponse& response : responses)
        ++answer.statuses.at(static_cast<std::size_t>(response.status));
    answer.is_cacheable = responses.size() == 1 && !content.nonce;
    return answer;
}

// In place of a signer: what was signed beforehand, as long as it says what the inventory says. A nonce stays
// without an echo (RFC 9919 3.2.1).
OcspAnswer Responder::presigned_answer(const Issuer& issuer, const x509::OcspRequest& request, Time now) {
    const std::string problem = issuer.name + ": " + issuer.why_it_cannot_sign();
    if (request.certificates.size() != 1)
        return ocsp_failure(OcspStatus::try_later, problem);
    const x509::OcspCertificateId& id = request.certificates.front();
    bool is_extended = false;
    const OcspSingleResponse now_said = single_of(issuer, id, now, is_extended);
    if (now_said.status == OcspSingleResponse::Status::unknown || is_extended)
        return ocsp_failure(OcspStatus::try_later, problem);
    auto answer = answer_by_row(ca_, issuer.id, id, now_said, now);
    if (!answer)
        return ocsp_failure(OcspStatus::try_later, problem);
    answer->problem = answer->problem.empty() ? problem : problem + ", and " + answer->problem;
    answer->is_cacheable = answer->is_cacheable && !request.nonce;
    return *std::move(answer);
}

// What is remembered is true of what is read, for another state of the database is another generation.
void Responder::hold(Time now) {
    auto snapshot = std::make_unique<const store::Snapshot>(ca_.database());
    refresh(now);
    snapshot_ = std::move(snapshot);
}

OcspAnswer Responder::answer_to(const x509::OcspRequest& request, Time now) {
    Issuer* issuer = issuer_of(request);
    // A row and what it is held against are of one state.
    if (issuer != nullptr && !snapshot_ && !(issuer->can_sign(now) && are_known(*issuer, request))) {
        hold(now);
        issuer = issuer_of(request);
    }
    if (issuer == nullptr)
        return ocsp_failure(OcspStatus::unauthorized, "asks about certificates of another CA, or of several");
    if (!issuer->can_sign(now))
        return presigned_answer(*issuer, request, now);
    std::vector<OcspSingleResponse> responses;
    bool is_extended = false;
    for (const x509::OcspCertificateId& id : request.certificates)
        responses.push_back(single_of(*issuer, id, now, is_extended));
    return signed_answer(*issuer, request, responses, is_extended, now);
}

OcspAnswer Responder::answer_as_of_generation(ByteView request, Time now) {
    std::optional<x509::OcspRequest> read;
    try {
        read = x509::OcspRequest::read(request);
    } catch (const Error& error) {
        return ocsp_failure(OcspStatus::malformed_request, error.what());
    }
    try {
        return answer_to(*read, now);
    } catch (const Error& error) {
        return failure_of(error);
    }
}

OcspAnswer Responder::answer(ByteView request, Time now) {
    try {
        generation(now);
    } catch (const Error& error) {
        return failure_of(error);
    }
    OcspAnswer answer = answer_as_of_generation(request, now);
    release();
    return answer;
}

Findings Responder::problems(Time now) const {
    Findings findings;
    for (const Issuer& issuer : issuers_) {
        if (issuer.can_sign(now))
            continue;
        const auto end = store::first_presigned_end(ca_.database(), issuer.id);
        if (end && now < *end)
            continue;
        std::string detail = issuer.why_it_cannot_sign();
        if (end)
            detail += ", and presigned answers have ended since " + to_rfc3339(*end) +
                      ": mtlsca ocsp presign --rows makes new ones";
        findings.push_back({Severity::warning, "ocsp-responder", issuer.name, std::move(detail)});
    }
    return findings;
}

std::optional<Time> Responder::first_presigned_end(Time now) const {
    std::optional<Time> first;
    for (const Issuer& issuer : issuers_)
        if (!issuer.can_sign(now))
            if (const auto end = store::first_presigned_end(ca_.database(), issuer.id))
                first = std::min(first.value_or(*end), *end);
    return first;
}

std::optional<Time> Responder::first_end() const {
    std::optional<Time> first;
    for (const Issuer& issuer : issuers_)
        if (issuer.signer)
            first = std::min(first.value_or(issuer.signer_end), issuer.signer_end);
    return first;
}

} // namespace mtlsca::authority

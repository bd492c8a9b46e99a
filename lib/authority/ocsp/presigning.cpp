#include "authority/ocsp/presigning.h"

#include "encoding/hex.h"
#include "store/inventory/serial_status.h"
#include "store/issuer/former_certificates.h"

#include <algorithm>

namespace mtlsca::authority {
namespace {

constexpr std::uint64_t page_size = 1000; // a sync for so many files, and so much is done again

using Subject = PresignedPlace::Subject;

// What the inventory says of it now.
struct Certified {
    const Tier* issuer;
    Bytes serial;
    std::optional<store::Revocation> revocation;

    x509::OcspSingleResponse now_said() const {
        using Status = x509::OcspSingleResponse::Status;
        x509::OcspSingleResponse said;
        said.status = revocation ? Status::revoked : Status::good;
        if (revocation) {
            said.revoked_at = revocation->revoked_at;
            said.reason = revocation->reason;
        }
        return said;
    }
};

class Presigning {
public:
    Presigning(const Ca& ca, Responder& responder, PresignedPlace& place, Time now,
               const PresigningOptions& options)
        : ca_(ca), responder_(responder), place_(place), now_(now), options_(options) {}

    Presigned run() {
        std::vector<Certified> page = ca_certificates();
        std::optional<store::CertificateId> last;
        do {
            sign(page);
            page.clear();
            last = next_page(last, page);
            presigned_.is_stopped = options_.should_stop && options_.should_stop();
        } while (last && !presigned_.is_stopped);
        if (!presigned_.is_stopped)
            place_.finish(now_, presigned_.next_update.value_or(now_ + ca_.config().ocsp.next_update));
        return presigned_;
    }

private:
    std::vector<Certified> ca_certificates() const {
        std::vector<Certified> subjects;
        for (const Tier& tier : ca_.tiers())
            if (Ca::is_trusted(tier) && tier.record.parent && Ca::is_trusted(ca_.tier(*tier.record.parent)))
                subjects.push_back({&ca_.tier(*tier.record.parent), tier.certificate.serial(), {}});
        for (const CrossCertificate& cross : ca_.cross_certificates())
            if (Ca::is_trusted(ca_.tier(cross.signer)))
                subjects.push_back({&ca_.tier(cross.signer), cross.certificate.serial(), {}});
        for (const store::FormerCertificate& former : store::former_certificates(ca_.database()))
            if (former.not_after >= now_ && Ca::is_trusted(ca_.tier(former.signer)))
                subjects.push_back({&ca_.tier(former.signer), former.serial, {}});
        for (Certified& subject : subjects)
            if (const auto known =
                    store::status_of_serial(ca_.database(), subject.issuer->record.id, subject.serial))
                subject.revocation = known->revocation;
        return subjects;
    }

    // In the order of issue; the number of the last one that was looked at, none at the end.
    std::optional<store::CertificateId> next_page(std::optional<store::CertificateId> after,
                                                  std::vector<Certified>& page) const {
        store::Filter filter;
        filter.after = after;
        filter.limit = page_size;
        std::optional<store::CertificateId> last;
        store::for_each(ca_.database(), filter, now_, store::Depth::record,
                        [&](const store::Certificate& certificate) {
                            last = certificate.id;
                            const Tier& issuer = ca_.tier(certificate.issuer);
                            const bool was_issued = certificate.state != store::State::pending;
                            if (was_issued && certificate.not_after >= now_ && Ca::is_trusted(issuer))
                                page.push_back({&issuer, certificate.serial, certificate.revocation});
                            return true;
                        });
        return last;
    }

    bool is_due(const Subject& subject, const x509::OcspSingleResponse& now_said) {
        if (options_.all)
            return true;
        try {
            std::optional<Bytes> der = place_.find(subject);
            if (!der)
                return true;
            const PresignedAnswer answer(*std::move(der), subject.object(), subject.serial);
            if (!answer.says(now_said) || now_ >= answer.next_update() - ca_.config().ocsp.overlap)
                return true;
            take_end(answer.next_update());
            return false;
        } catch (const Error&) {
            return true; // whatever it is, it is no answer
        }
    }

    void take_end(Time next_update) {
        presigned_.next_update = std::min(presigned_.next_update.value_or(next_update), next_update);
    }

    void sign(const std::vector<Certified>& page) {
        std::vector<PresignedPlace::Answer> made;
        for (const Certified& certified : page) {
            Subject subject{
                certified.issuer, certified.serial,
                presigned_request(certified.issuer->certificate, options_.hash, certified.serial)};
            if (!is_due(subject, certified.now_said())) {
                ++presigned_.kept;
                continue;
            }
            OcspAnswer answer = responder_.answer(subject.request, now_);
            if (answer.status != x509::OcspStatus::successful || answer.was_presigned)
                throw Error(Code::failed, subject.object(), "cannot be answered for: " + answer.problem,
                            "run it once where the CA's key is, with --ca-pass if it has a passphrase");
            take_end(answer.next_update);
            made.push_back({std::move(subject), std::move(answer.der), answer.next_update});
        }
        if (!made.empty())
            place_.keep(made);
        presigned_.made += made.size();
    }

    const Ca& ca_;
    Responder& responder_;
    PresignedPlace& place_;
    const Time now_;
    const PresigningOptions& options_;
    Presigned presigned_;
};

} // namespace

Bytes presigned_request(const x509::Certificate& issuer, x509::OcspHash hash, ByteView serial) {
    return x509::encode_ocsp_request(x509::encode_ocsp_certificate_id(issuer, hash, serial));
}

std::string PresignedPlace::Subject::object() const {
    return "serial " + encoding::to_upper_hex(serial);
}

Presigned presign(const Ca& ca, Responder& responder, PresignedPlace& place, Time now,
                  const PresigningOptions& options) {
    return Presigning(ca, responder, place, now, options).run();
}

} // namespace mtlsca::authority

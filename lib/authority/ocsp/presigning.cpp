#include "authority/ocsp/presigning.h"

#include "encoding/base64.h"
#include "encoding/hex.h"
#include "io/scratch.h"
#include "store/former_certificates.h"
#include "store/serial_status.h"

#include <algorithm>

namespace mtlsca::authority {
namespace {

constexpr std::uint64_t page_size = 1000; // a sync for so many files, and so much is done again

// Whose answer is asked for, and what the inventory says of it now.
struct Subject {
    const Tier* issuer;
    Bytes serial;
    std::optional<store::Revocation> revocation;
};

bool is_current(const x509::OcspResponse::Single& single, const Subject& subject) {
    using Status = x509::OcspSingleResponse::Status;
    if (single.serial != subject.serial)
        return false;
    if (!subject.revocation)
        return single.status == Status::good;
    return single.status == Status::revoked && single.reason == subject.revocation->reason &&
           single.revoked_at == subject.revocation->revoked_at;
}

class Presigning {
public:
    Presigning(const Ca& ca, Responder& responder, Time now, const PresigningOptions& options)
        : ca_(ca), responder_(responder), now_(now), options_(options),
          scratch_(made(options.folder), ".presign") {}

    Presigned run() {
        std::vector<Subject> page = ca_certificates();
        std::optional<store::CertificateId> last;
        do {
            sign(page);
            page.clear();
            last = next_page(last, page);
            presigned_.is_stopped = options_.should_stop && options_.should_stop();
        } while (last && !presigned_.is_stopped);
        return presigned_;
    }

private:
    static const io::Path& made(const io::Path& folder) {
        io::make_folder(folder, 0755);
        return folder;
    }

    std::vector<Subject> ca_certificates() const {
        std::vector<Subject> subjects;
        for (const Tier& tier : ca_.tiers())
            if (Ca::is_trusted(tier) && tier.record.parent && Ca::is_trusted(ca_.tier(*tier.record.parent)))
                subjects.push_back({&ca_.tier(*tier.record.parent), tier.certificate.serial(), {}});
        for (const CrossCertificate& cross : ca_.cross_certificates())
            if (Ca::is_trusted(ca_.tier(cross.signer)))
                subjects.push_back({&ca_.tier(cross.signer), cross.certificate.serial(), {}});
        for (const store::FormerCertificate& former : store::former_certificates(ca_.database()))
            if (former.not_after >= now_ && Ca::is_trusted(ca_.tier(former.signer)))
                subjects.push_back({&ca_.tier(former.signer), former.serial, {}});
        for (Subject& subject : subjects)
            if (const auto known =
                    store::status_of_serial(ca_.database(), subject.issuer->record.id, subject.serial))
                subject.revocation = known->revocation;
        return subjects;
    }

    // In the order of issue; the number of the last one that was looked at, none at the end.
    std::optional<store::CertificateId> next_page(std::optional<store::CertificateId> after,
                                                  std::vector<Subject>& page) const {
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

    bool is_due(const io::Path& file, const Subject& subject) {
        if (options_.all || !io::exists(file))
            return true;
        try {
            const auto response =
                x509::OcspResponse::read(io::read_file(file, presigned_octets_max), file.string());
            if (response.responses.size() != 1 || !is_current(response.responses.front(), subject))
                return true;
            const auto& next_update = response.responses.front().next_update;
            if (!next_update || now_ >= *next_update - ca_.config().ocsp.overlap)
                return true;
            take_end(*next_update);
            return false;
        } catch (const Error&) {
            return true; // whatever it is, it is no answer
        }
    }

    void take_end(Time next_update) {
        presigned_.next_update = std::min(presigned_.next_update.value_or(next_update), next_update);
    }

    void sign(const std::vector<Subject>& page) {
        struct Made {
            std::string member;
            io::Path file;
        };
        std::vector<Made> made;
        for (const Subject& subject : page) {
            const Bytes request =
                presigned_request(subject.issuer->certificate, options_.hash, subject.serial);
            const io::Path file = options_.folder / presigned_path(options_, request, subject.serial);
            if (!is_due(file, subject)) {
                ++presigned_.kept;
                continue;
            }
            const OcspAnswer answer = responder_.answer(request, now_);
            if (answer.status != x509::OcspStatus::successful)
                throw Error(Code::failed, "serial " + encoding::to_upper_hex(subject.serial),
                            "cannot be answered for: " + answer.problem,
                            "run it once where the CA's key is, with --ca-pass if it has a passphrase");
            made.push_back({std::to_string(made.size()), file});
            scratch_.add(made.back().member, answer.der, io::Mode::public_file);
            take_end(answer.next_update);
        }
        if (made.empty())
            return;
        scratch_.sync();
        for (const Made& one : made) {
            io::make_folder(one.file.parent_path(), 0755);
            scratch_.place(one.member, one.file);
            ++presigned_.made;
        }
        io::sync_folder(options_.folder);
    }

    const Ca& ca_;
    Responder& responder_;
    const Time now_;
    const PresigningOptions& options_;
    const io::ScratchFolder scratch_; // and what dead runs left is gone
    Presigned presigned_;
};

} // namespace

Bytes presigned_request(const x509::Certificate& issuer, x509::OcspHash hash, ByteView serial) {
    return x509::encode_ocsp_request(x509::encode_ocsp_certificate_id(issuer, hash, serial));
}

io::Path presigned_path(const PresigningOptions& options, ByteView request, ByteView serial) {
    const std::string name = options.names == PresigningOptions::Names::serial
                                 ? encoding::to_upper_hex(serial)
                                 : encoding::to_base64(request);
    return name + ".der";
}

Presigned presign(const Ca& ca, Responder& responder, Time now, const PresigningOptions& options) {
    return Presigning(ca, responder, now, options).run();
}

} // namespace mtlsca::authority

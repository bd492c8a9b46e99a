#include "authority/ocsp/presigned_rows.h"

#include "encoding/hex.h"
#include "store/inventory/presigned_answers.h"

namespace mtlsca::authority {
namespace {

constexpr std::uint64_t dropped_at_once = 1000; // others wait to write meanwhile

} // namespace

std::optional<Bytes> PresignedRows::find(const Subject& subject) {
    return store::presigned_answer(ca_.database(), subject.issuer->record.id, subject.serial, hash_);
}

void PresignedRows::keep(const std::vector<Answer>& page) {
    const io::FolderLock lock = ca_.lock();
    store::Transaction transaction(ca_.database());
    for (const Answer& answer : page)
        store::keep_presigned_answer(transaction, {answer.subject.issuer->record.id, answer.subject.serial,
                                                   hash_, answer.next_update, answer.der});
    transaction.commit();
}

void PresignedRows::drop(const Tier& tier, x509::OcspHash hash, Time end) {
    while (store::has_presigned_answers_until(ca_.database(), tier.record.id, hash, end)) {
        const io::FolderLock lock = ca_.lock();
        store::Transaction transaction(ca_.database());
        store::drop_presigned_answers(transaction, tier.record.id, hash, end, dropped_at_once);
        transaction.commit();
    }
}

void PresignedRows::finish(Time now, Time until) {
    for (const Tier& tier : ca_.tiers())
        for (std::size_t i = 0; i < x509::ocsp_hashes; ++i) {
            const auto hash = static_cast<x509::OcspHash>(i);
            drop(tier, hash, hash == hash_ ? until - Duration(1) : now);
        }
}

std::optional<OcspAnswer> answer_by_row(const Ca& ca, store::IssuerId issuer,
                                        const x509::OcspCertificateId& certificate,
                                        const x509::OcspSingleResponse& now_said, Time now) {
    auto der = store::presigned_answer(ca.database(), issuer, certificate.serial, *certificate.hash);
    if (!der)
        return std::nullopt;
    const std::string object = "the presigned answer about " + encoding::to_upper_hex(certificate.serial);
    const PresignedAnswer presigned(*std::move(der), object, certificate.serial);
    if (!presigned.says(now_said))
        return ocsp_failure(x509::OcspStatus::try_later,
                            object + " says what was true before; mtlsca ocsp presign --rows makes it anew");
    OcspAnswer answer = presigned.answer(now);
    answer.was_presigned = true;
    return answer;
}

} // namespace mtlsca::authority

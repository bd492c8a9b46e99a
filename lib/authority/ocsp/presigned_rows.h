// Answers that are signed beforehand, as rows of the CA's database: for `ocsp serve` where no responder's key
// is, from the database or a copy of it.
#pragma once

#include "authority/ocsp/presigning.h"

namespace mtlsca::authority {

class PresignedRows final : public PresignedPlace {
public:
    PresignedRows(Ca& ca, x509::OcspHash hash) : ca_(ca), hash_(hash) {}
    std::optional<Bytes> find(const Subject& subject) override;
    // Each page is one transaction under the CA's lock.
    void keep(const std::vector<Answer>& page) override;
    // Drops what nobody asks for any longer: of this hash what was not made anew although it was due, of the
    // others what has ended.
    void finish(Time now, Time until) override;

private:
    void drop(const Tier& tier, x509::OcspHash hash, Time end);
    Ca& ca_;
    x509::OcspHash hash_;
};

// What a row says about this certificate, if it is what would be said now (of the same state of the
// database); else "tryLater" and why. None: there is no row.
std::optional<OcspAnswer> answer_by_row(const Ca& ca, store::IssuerId issuer,
                                        const x509::OcspCertificateId& certificate,
                                        const x509::OcspSingleResponse& now_said, Time now);

} // namespace mtlsca::authority

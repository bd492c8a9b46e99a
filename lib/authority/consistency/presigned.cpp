// Answers that were signed beforehand, as who asks judges them.
#include "authority/consistency/report.h"
#include "authority/ocsp/delegate_steps.h"
#include "authority/ocsp/presigned_answer.h"
#include "encoding/hex.h"
#include "store/inventory/presigned_answers.h"

namespace mtlsca::authority {
namespace {

class PresignedCheck {
public:
    PresignedCheck(const Ca& ca, ConsistencyReport& report) : ca_(ca), report_(report) {}

    void check(const store::PresignedAnswer& row) {
        const std::string object = "presigned answer about " + encoding::to_upper_hex(row.serial);
        try {
            const auto response = x509::OcspResponse::read(row.response, object);
            if (only_answer(response, object, row.serial).next_update != row.next_update)
                tell(object, "ends at another time than its row");
            else if (!is_signed(response, ca_.tier(row.issuer)))
                tell(object, "is not signed by a responder of its issuer");
        } catch (const Error& error) {
            tell(object, error.reason);
        }
    }

private:
    void tell(const std::string& object, const std::string& problem) {
        report_.error("presigned-answer", object,
                      problem + "; mtlsca ocsp presign --rows --all makes it anew");
    }

    // One delegate has signed thousands.
    bool is_signed(const x509::OcspResponse& response, const Tier& tier) {
        if (response.certificates.size() != 1)
            return false;
        if (!delegate_ || delegate_->der() != response.certificates[0] || issuer_ != tier.record.id) {
            delegate_ = x509::Certificate::from_der(response.certificates[0], "responder's certificate");
            issuer_ = tier.record.id;
            is_delegate_ = is_delegate_of(tier, *delegate_);
        }
        return is_delegate_ &&
               verify(delegate_->public_key(), response.algorithm, response.tbs, response.signature);
    }

    const Ca& ca_;
    ConsistencyReport& report_;
    std::optional<x509::Certificate> delegate_;
    store::IssuerId issuer_ = 0;
    bool is_delegate_ = false;
};

} // namespace

void check_presigned_answers(const Ca& ca, ConsistencyReport& report) {
    PresignedCheck check(ca, report);
    store::for_each_presigned_answer(ca.database(),
                                     [&](const store::PresignedAnswer& row) { check.check(row); });
}

} // namespace mtlsca::authority

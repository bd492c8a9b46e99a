#include "authority/ocsp/answer_source.h"

namespace mtlsca::authority {

OcspAnswer ocsp_failure(x509::OcspStatus status, std::string problem) {
    OcspAnswer answer;
    answer.der = x509::ocsp_error(status);
    answer.status = status;
    answer.problem = std::move(problem);
    return answer;
}

} // namespace mtlsca::authority

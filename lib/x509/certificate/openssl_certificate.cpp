#include "x509/certificate/openssl_certificate.h"

#include "encoding/hex.h"

namespace mtlsca::x509 {

openssl::CertificatePtr to_openssl(const Certificate& certificate) {
    openssl::CertificatePtr handle;
    {
        const openssl::QuietErrors quiet;
        handle = openssl::from_der<openssl::CertificatePtr, d2i_X509>(certificate.der());
    }
    if (!handle)
        throw Error(Code::refused, display_name(certificate), "OpenSSL cannot read this certificate");
    return handle;
}

openssl::CertificatesPtr to_openssl(const std::vector<Certificate>& certificates) {
    openssl::CertificatesPtr stack(openssl::must(sk_X509_new_null(), "certificates", "no memory"));
    for (const Certificate& certificate : certificates) {
        openssl::CertificatePtr handle = to_openssl(certificate);
        openssl::must(sk_X509_push(stack.get(), handle.get()), "certificates", "no memory");
        (void)handle.release(); // the stack's now
    }
    return stack;
}

std::string display_name(const Certificate& certificate) {
    return certificate.subject().empty() ? "serial " + encoding::to_upper_hex(certificate.serial())
                                         : certificate.subject().to_string();
}

} // namespace mtlsca::x509

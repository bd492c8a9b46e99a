// What OpenSSL, and so nginx, says of a chain.
#include "x509/certificate/verification.h"

#include "x509/certificate/openssl_certificate.h"

#include <algorithm>

namespace mtlsca::x509 {
namespace {

struct Complaint {
    int error;
    openssl::CertificatePtr about; // null where OpenSSL names none
};
using Complaints = std::vector<Complaint>;

// Called for every error; 1 goes on to the next one, as ngx_ssl_verify_callback does. noexcept, because an
// exception must not pass through C.
int collect(int accepted, X509_STORE_CTX* context) noexcept {
    if (accepted == 1)
        return 1;
    auto* complaints = static_cast<Complaints*>(X509_STORE_CTX_get_app_data(context));
    X509* about = X509_STORE_CTX_get_current_cert(context);
    if (about != nullptr)
        X509_up_ref(about);
    complaints->push_back({X509_STORE_CTX_get_error(context), openssl::CertificatePtr(about)});
    return 1;
}

void add_trusted(X509_STORE* store, const std::vector<Certificate>& trusted) {
    for (const Certificate& certificate : trusted)
        openssl::must(X509_STORE_add_cert(store, to_openssl(certificate).get()), display_name(certificate),
                      "cannot be added to the trusted certificates");
}

void add_crls(X509_STORE* store, const std::vector<ByteView>& crls) {
    for (const ByteView der : crls) {
        const openssl::QuietErrors quiet;
        const auto crl = openssl::from_der<openssl::CrlPtr, d2i_X509_CRL>(der);
        if (!crl)
            throw Error(Code::refused, "crl", "OpenSSL cannot read this CRL");
        openssl::must(X509_STORE_add_crl(store, crl.get()), "crl", "cannot be added to the store");
    }
}

// libssl checks a peer with its own parameter set, "ssl_client" in a server, and with the security level of
// the connection as authentication level: 2 (RSA of 2048 bits, SHA-256) is Debian's
// OPENSSL_TLS_SECURITY_LEVEL and upstream's since 3.2.
void set_purpose(X509_STORE_CTX* context, Purpose purpose) {
    if (purpose == Purpose::any)
        return;
    const char* parameters = purpose == Purpose::tls_client ? "ssl_client" : "ssl_server";
    openssl::must(X509_STORE_CTX_set_default(context, parameters), parameters, "is unknown to OpenSSL");
    constexpr int debians_security_level = 2;
    X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(context), debians_security_level);
}

void set_parameters(X509_STORE_CTX* context, const VerificationInput& input) {
    set_purpose(context, input.purpose);
    X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_time(parameters, input.at.time_since_epoch().count());
    X509_VERIFY_PARAM_set_depth(parameters, input.depth);
    unsigned long flags = 0;
    if (input.check_revocation)
        flags |= X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL;
    if (input.strict)
        flags |= X509_V_FLAG_X509_STRICT;
    openssl::must(X509_VERIFY_PARAM_set_flags(parameters, flags), "verification", "flags refused");
}

Finding to_finding(const Complaint& complaint, const std::string& leaf_name) {
    Finding finding{Severity::error, "verify-" + std::to_string(complaint.error), leaf_name,
                    X509_verify_cert_error_string(complaint.error)};
    if (complaint.about) {
        const Bytes der = openssl::to_der<i2d_X509>(complaint.about.get(), leaf_name);
        finding.subject = display_name(Certificate::from_der(der, leaf_name));
    }
    return finding;
}

} // namespace

Findings verify_chain(const Certificate& certificate, const VerificationInput& input) {
    const openssl::StorePtr store(openssl::must(X509_STORE_new(), "verification", "no memory"));
    add_trusted(store.get(), input.trusted);
    if (input.check_revocation)
        add_crls(store.get(), input.crls);
    const openssl::CertificatePtr leaf = to_openssl(certificate);
    const openssl::CertificatesPtr intermediates = to_openssl(input.intermediates);

    const openssl::StoreContextPtr context(openssl::must(X509_STORE_CTX_new(), "verification", "no memory"));
    openssl::must(X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), intermediates.get()),
                  "verification", "cannot be set up");
    set_parameters(context.get(), input);
    Complaints complaints;
    X509_STORE_CTX_set_app_data(context.get(), &complaints);
    X509_STORE_CTX_set_verify_cb(context.get(), collect);

    const openssl::QuietErrors quiet;
    const int result = X509_verify_cert(context.get());
    if (result <= 0 && complaints.empty()) // it failed without asking the callback, for lack of memory say
        complaints.push_back({X509_STORE_CTX_get_error(context.get()), nullptr});
    Findings findings;
    for (const Complaint& complaint : complaints) {
        Finding finding = to_finding(complaint, display_name(certificate));
        if (std::find(findings.begin(), findings.end(), finding) == findings.end())
            findings.push_back(std::move(finding));
    }
    return findings;
}

} // namespace mtlsca::x509

#include "x509/tls/endpoint.h"

#include "encoding/network.h"
#include "x509/openssl.h"
#include "x509/tls/tcp.h"

#include <openssl/ssl.h>
#include <poll.h>

namespace mtlsca::x509 {
namespace {

using openssl::Owned;
using SslContextPtr = Owned<SSL_CTX, SSL_CTX_free>;
using SslPtr = Owned<SSL, SSL_free>;

constexpr std::chrono::seconds timeout{
    10}; // longer than any healthy handshake takes, shorter than a person waits

bool handshake(SSL* ssl, int descriptor, const tcp::Deadline& deadline) {
    for (;;) {
        const int result = SSL_connect(ssl);
        if (result == 1)
            return true;
        const int wanted = SSL_get_error(ssl, result);
        if (wanted == SSL_ERROR_WANT_READ
                ? !deadline.wait_for(descriptor, POLLIN)
                : wanted != SSL_ERROR_WANT_WRITE || !deadline.wait_for(descriptor, POLLOUT))
            return false;
    }
}

std::vector<Certificate> certificates_of(const SSL* ssl, const std::string& object) {
    std::vector<Certificate> certificates;
    const STACK_OF(X509)* chain = SSL_get_peer_cert_chain(ssl);
    for (int i = 0; i < sk_X509_num(chain); ++i) {
        unsigned char* der = nullptr;
        const int size = i2d_X509(sk_X509_value(chain, i), &der);
        const openssl::OctetsPtr owned(der);
        if (size > 0)
            certificates.push_back(Certificate::from_der({der, static_cast<std::size_t>(size)}, object));
    }
    return certificates;
}

} // namespace

std::vector<Certificate> peer_certificates(const std::string& host_and_port) {
    const std::size_t colon = host_and_port.rfind(':');
    std::string host = host_and_port.substr(0, colon);
    if (host.size() > 1 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    const tcp::BrokenPipesQuiet quiet_pipes;
    const tcp::Deadline deadline(timeout);
    std::string problem;
    const auto socket = tcp::connect_to(host, host_and_port.substr(colon + 1), deadline, problem);
    if (!socket)
        throw Error(Code::failed, host_and_port, problem, "check host and port");

    const SslContextPtr context(SSL_CTX_new(TLS_client_method()));
    const SslPtr ssl(context ? SSL_new(context.get()) : nullptr);
    if (!ssl || SSL_set_fd(ssl.get(), socket->descriptor()) != 1)
        openssl::fail(host_and_port, "TLS could not be set up");
    if (!encoding::parse_address(host))
        SSL_set_tlsext_host_name(ssl.get(), host.c_str());
    const bool complete = handshake(ssl.get(), socket->descriptor(), deadline);
    // A server that wants a client certificate may end the handshake after it has shown its own.
    std::vector<Certificate> certificates = certificates_of(ssl.get(), host_and_port);
    ERR_clear_error();
    if (certificates.empty())
        throw Error(Code::failed, host_and_port, complete ? "shows no certificate" : "does not speak TLS");
    return certificates;
}

} // namespace mtlsca::x509

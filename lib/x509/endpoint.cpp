#include "x509/endpoint.h"

#include "encoding/network.h"
#include "x509/openssl.h"

#include <netdb.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace mtlsca::x509 {
namespace {

using openssl::Owned;
using SslContextPtr = Owned<SSL_CTX, SSL_CTX_free>;
using SslPtr = Owned<SSL, SSL_free>;

constexpr int timeout_milliseconds =
    10000; // longer than any healthy handshake takes, shorter than a person waits

class Socket {
public:
    explicit Socket(int descriptor) : descriptor_(descriptor) {}
    Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Socket(const Socket&) = delete;
    ~Socket() {
        if (descriptor_ >= 0)
            close(descriptor_);
    }
    int descriptor() const { return descriptor_; }

private:
    int descriptor_;
};

bool wait_for(int descriptor, short events) {
    pollfd wanted{descriptor, events, 0};
    return poll(&wanted, 1, timeout_milliseconds) == 1;
}

bool is_connected(int descriptor) {
    int problem = 0;
    socklen_t size = sizeof problem;
    return wait_for(descriptor, POLLOUT) &&
           getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &problem, &size) == 0 && problem == 0;
}

Socket connect_to(const std::string& host, const std::string& port, const std::string& object) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int problem = getaddrinfo(host.c_str(), port.c_str(), &hints, &found); problem != 0)
        throw Error(Code::failed, object, std::string("no such host: ") + gai_strerror(problem));
    const std::unique_ptr<addrinfo, openssl::Release<freeaddrinfo>> addresses(found);
    for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
        Socket candidate(socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        if (candidate.descriptor() < 0)
            continue;
        const int result = connect(candidate.descriptor(), address->ai_addr, address->ai_addrlen);
        if (result == 0 || (errno == EINPROGRESS && is_connected(candidate.descriptor())))
            return candidate;
    }
    throw Error(Code::failed, object, "does not answer", "check host and port");
}

bool handshake(SSL* ssl, int descriptor) {
    for (;;) {
        const int result = SSL_connect(ssl);
        if (result == 1)
            return true;
        const int wanted = SSL_get_error(ssl, result);
        if (wanted == SSL_ERROR_WANT_READ ? !wait_for(descriptor, POLLIN)
                                          : wanted != SSL_ERROR_WANT_WRITE || !wait_for(descriptor, POLLOUT))
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
    const Socket socket = connect_to(host, host_and_port.substr(colon + 1), host_and_port);

    const SslContextPtr context(SSL_CTX_new(TLS_client_method()));
    const SslPtr ssl(context ? SSL_new(context.get()) : nullptr);
    if (!ssl || SSL_set_fd(ssl.get(), socket.descriptor()) != 1)
        openssl::fail(host_and_port, "TLS could not be set up");
    if (!encoding::parse_address(host))
        SSL_set_tlsext_host_name(ssl.get(), host.c_str());
    const bool complete = handshake(ssl.get(), socket.descriptor());
    // A server that wants a client certificate may end the handshake after it has shown its own.
    std::vector<Certificate> certificates = certificates_of(ssl.get(), host_and_port);
    ERR_clear_error();
    if (certificates.empty())
        throw Error(Code::failed, host_and_port, complete ? "shows no certificate" : "does not speak TLS");
    return certificates;
}

} // namespace mtlsca::x509

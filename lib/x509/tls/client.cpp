#include "x509/tls/client.h"

#include "encoding/network.h"
#include "x509/certificate/openssl_certificate.h"
#include "x509/tls/tcp.h"

#include <array>
#include <openssl/ssl.h>
#include <openssl/sslerr.h>
#include <poll.h>

namespace mtlsca::x509 {
namespace {

using openssl::Owned;
using SslContextPtr = Owned<SSL_CTX, SSL_CTX_free>;
using SslPtr = Owned<SSL, SSL_free>;

int protocol_number(TlsVersion version) {
    return version == TlsVersion::tls_1_2 ? TLS1_2_VERSION : TLS1_3_VERSION;
}

// Called when the server asks for a certificate. noexcept: no exception may pass through C.
int note_request(SSL*, void* asked) noexcept {
    *static_cast<bool*>(asked) = true;
    return 1;
}

void set_trust(SSL_CTX* context, const TlsServer& server) {
    X509_STORE* store = SSL_CTX_get_cert_store(context);
    for (const Certificate& certificate : server.trusted)
        openssl::must(X509_STORE_add_cert(store, to_openssl(certificate).get()), display_name(certificate),
                      "cannot be added to the trusted certificates");
    if (server.trust_system)
        openssl::must(SSL_CTX_set_default_verify_paths(context), "the system's roots", "cannot be read");
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
}

void set_identity(SSL_CTX* context, const TlsIdentity& identity) {
    const std::string object = display_name(identity.chain.front());
    openssl::must(SSL_CTX_use_certificate(context, to_openssl(identity.chain.front()).get()), object,
                  "cannot be used in TLS");
    openssl::must(SSL_CTX_use_PrivateKey(context, identity.key.handle()), object, "its key cannot be used");
    for (std::size_t i = 1; i < identity.chain.size(); ++i)
        openssl::must(static_cast<int>(SSL_CTX_add1_chain_cert(context, to_openssl(identity.chain[i]).get())),
                      object, "its chain cannot be used");
}

SslContextPtr make_context(const TlsServer& server, const TlsRequest& request, bool& asked) {
    SslContextPtr context(openssl::must(SSL_CTX_new(TLS_client_method()), server.name, "no memory"));
    const int lowest = protocol_number(request.version.value_or(TlsVersion::tls_1_2));
    const int highest = protocol_number(request.version.value_or(TlsVersion::tls_1_3));
    openssl::must(static_cast<int>(SSL_CTX_set_min_proto_version(context.get(), lowest)), server.name,
                  "this version of TLS cannot be used");
    openssl::must(static_cast<int>(SSL_CTX_set_max_proto_version(context.get(), highest)), server.name,
                  "this version of TLS cannot be used");
    set_trust(context.get(), server);
    if (request.identity != nullptr)
        set_identity(context.get(), *request.identity);
    SSL_CTX_set_cert_cb(context.get(), note_request, &asked);
    // What is resumed is said by the caller.
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    return context;
}

void set_name(SSL* ssl, const TlsServer& server) {
    if (encoding::parse_address(server.name)) {
        openssl::must(X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), server.name.c_str()), server.name,
                      "cannot be looked for in certificates");
        return;
    }
    openssl::must(static_cast<int>(SSL_set_tlsext_host_name(ssl, server.name.c_str())), server.name,
                  "is no name for SNI");
    openssl::must(SSL_set1_host(ssl, server.name.c_str()), server.name,
                  "cannot be looked for in certificates");
}

// One conversation. Every step says whether the next one makes sense; where it doesn't, `answer` has the
// outcome.
class Conversation {
public:
    Conversation(const TlsServer& server, const TlsRequest& request)
        : server_(server), request_(request), deadline_(server.timeout, server.stop_descriptor) {}

    TlsAnswer hold() {
        const tcp::BrokenPipesQuiet quiet_pipes;
        const openssl::QuietErrors quiet;
        const auto socket = tcp::connect_to(server_.address, server_.port, deadline_, answer_.problem);
        if (!socket)
            return answer_;
        descriptor_ = socket->descriptor();
        const SslContextPtr context = make_context(server_, request_, answer_.asked_for_certificate);
        const SslPtr ssl(openssl::must(SSL_new(context.get()), server_.name, "no memory"));
        ssl_ = ssl.get();
        openssl::must(SSL_set_fd(ssl_, descriptor_), server_.name, "TLS could not be set up");
        set_name(ssl_, server_);
        offer_session();
        if (shake_hands() && send())
            receive();
        keep_session();
        return std::move(answer_);
    }

private:
    // A copy, because OpenSSL's client lets a session of TLS 1.3 be used once only.
    void offer_session() {
        if (!request_.resume)
            return;
        const Owned<SSL_SESSION, SSL_SESSION_free> copy(SSL_SESSION_dup(request_.resume.get()));
        openssl::must(copy ? SSL_set_session(ssl_, copy.get()) : 0, server_.name, "no session to resume");
    }

    // 1 and more: done; 0: the conversation is over, and `answer` says how.
    template <class Operation>
    int finish(Operation operation) {
        for (;;) {
            ERR_clear_error();
            const int result = operation();
            if (result > 0)
                return result;
            const int wanted = SSL_get_error(ssl_, result);
            if (wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE) {
                end(wanted);
                return 0;
            }
            const short events = wanted == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
            if (!deadline_.wait_for(descriptor_, events)) {
                answer_.outcome = TlsAnswer::Outcome::unreachable;
                answer_.problem = "does not answer in time";
                return 0;
            }
        }
    }

    // The alert where there is one, else that the server just went.
    void end(int wanted) {
        const unsigned long error = ERR_peek_error();
        const int reason = ERR_GET_LIB(error) == ERR_LIB_SSL ? ERR_GET_REASON(error) : 0;
        answer_.outcome = TlsAnswer::Outcome::refused;
        if (reason == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION || reason == SSL_R_UNSUPPORTED_PROTOCOL) {
            answer_.outcome = TlsAnswer::Outcome::not_this_version;
        } else if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST) {
            answer_.outcome = TlsAnswer::Outcome::unreachable;
            answer_.problem = "does not speak TLS";
            return;
        }
        const bool just_gone = wanted == SSL_ERROR_ZERO_RETURN || wanted == SSL_ERROR_SYSCALL || error == 0 ||
                               reason == SSL_R_UNEXPECTED_EOF_WHILE_READING;
        answer_.problem = just_gone ? "ended the connection without a word" : openssl::take_reason();
    }

    bool shake_hands() {
        const bool done = finish([this] { return SSL_connect(ssl_); }) > 0;
        const long verdict = SSL_get_verify_result(ssl_);
        if (!done && verdict != X509_V_OK)
            throw Error(Code::failed, server_.name,
                        std::string("the server's certificate is not trusted: ") +
                            X509_verify_cert_error_string(verdict),
                        "name the CA that it is of with --trust FILE, or --trust system");
        if (!done)
            return false;
        answer_.resumed = SSL_session_reused(ssl_) == 1;
        answer_.version = SSL_version(ssl_) == TLS1_3_VERSION ? TlsVersion::tls_1_3 : TlsVersion::tls_1_2;
        return true;
    }

    bool send() {
        return finish([this] {
                   return SSL_write(ssl_, request_.text.data(), static_cast<int>(request_.text.size()));
               }) > 0;
    }

    void receive() {
        std::array<char, 4096> piece{};
        while (answer_.text.size() < longest_answer &&
               !(request_.is_enough && request_.is_enough(answer_.text))) {
            const int size =
                finish([&] { return SSL_read(ssl_, piece.data(), static_cast<int>(piece.size())); });
            if (size <= 0)
                break;
            answer_.text.append(piece.data(), static_cast<std::size_t>(size));
        }
        if (answer_.text.empty())
            return;
        answer_.outcome = TlsAnswer::Outcome::answered;
        answer_.problem.clear();
    }

    void keep_session() {
        // OpenSSL takes a session for bad whose connection was not closed properly; we close as soon as we
        // have read enough.
        SSL_set_shutdown(ssl_, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
        TlsSession session(SSL_get1_session(ssl_), SSL_SESSION_free);
        if (session && SSL_SESSION_is_resumable(session.get()) == 1)
            answer_.session = std::move(session);
    }

    const TlsServer& server_;
    const TlsRequest& request_;
    tcp::Deadline deadline_;
    TlsAnswer answer_;
    SSL* ssl_ = nullptr;
    int descriptor_ = -1;
};

} // namespace

const char* to_string(TlsVersion version) {
    return version == TlsVersion::tls_1_2 ? "TLS 1.2" : "TLS 1.3";
}

TlsAnswer ask(const TlsServer& server, const TlsRequest& request) {
    return Conversation(server, request).hold();
}

} // namespace mtlsca::x509

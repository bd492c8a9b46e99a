// A TLS client: one connection, one request, the beginning of the answer.
//
// Everything that it sends and trusts is in memory. Not for several threads at once.
#pragma once

#include "x509/certificate/certificate.h"

#include <chrono>
#include <functional>
#include <memory>

struct ssl_session_st; // OpenSSL's SSL_SESSION: only lib/x509 knows more of it

namespace mtlsca::x509 {

enum class TlsVersion { tls_1_2, tls_1_3 };
const char* to_string(TlsVersion version); // "TLS 1.2"

// What a client may resume later, TLS 1.2 or 1.3. Null: the server gave none. Resuming does not change it.
using TlsSession = std::shared_ptr<ssl_session_st>;

struct TlsServer {
    std::string name;                 // a host name or an address: in SNI, and what the certificate must say
    std::string address, port;        // where to connect
    std::vector<Certificate> trusted; // a root, and CAs below it that the server need not send
    bool trust_system = false;        // the machine's own roots as well
    std::chrono::milliseconds timeout{10000}; // for all of a conversation
    int stop_descriptor = -1;                 // ends a conversation by becoming readable; -1: none
};

struct TlsIdentity {
    PrivateKey key;
    std::vector<Certificate> chain; // leaf first; without the root
};

struct TlsRequest {
    const TlsIdentity* identity = nullptr; // none: the client has no certificate to show
    std::optional<TlsVersion> version;     // this one only; else 1.2 or 1.3, whichever the server prefers
    TlsSession resume;                     // null: a full handshake
    std::string text;
    // Asked after each piece with all of the answer so far; true ends the conversation. The server's end and
    // longest_answer end it as well.
    std::function<bool(std::string_view)> is_enough;
};
inline constexpr std::size_t longest_answer = 16UL * 1024;

struct TlsAnswer {
    enum class Outcome {
        answered,
        refused, // the server ended the handshake, or the conversation without a byte of an answer
        not_this_version,
        unreachable, // nobody there, no TLS there, too slow or stopped
    } outcome = Outcome::unreachable;
    std::string problem; // of every outcome but answered
    std::string text;
    std::optional<TlsVersion> version;
    bool resumed = false;
    bool asked_for_certificate = false; // never on a resumed session
    TlsSession session;
};

// Error(failed) where the server's certificate is not trusted or not this server's.
TlsAnswer ask(const TlsServer& server, const TlsRequest& request);

} // namespace mtlsca::x509

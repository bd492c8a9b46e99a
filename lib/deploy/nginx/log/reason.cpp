#include "deploy/nginx/log/reason.h"

#include "encoding/text.h"

#include <algorithm>
#include <array>

namespace mtlsca::deploy::nginx {
namespace {

struct Row {
    std::string_view text; // in lower case: OpenSSL 3 and 1.1.1 write some of them differently
    const char* cause;
    bool for_everyone;
    const char* why;
    const char* what_to_do;
};

constexpr const char* refresh_bundle =
    "mtlsca crl --on-change \"nginx -s reload\"; mtlsca crl check FILE judges the file that ssl_crl names";
constexpr const char* foreign_why =
    "the certificate is not of this CA, or its issuer is neither sent by the client nor in nginx's "
    "ssl_client_certificate";
constexpr const char* foreign_help = "give the client one of ours (mtlsca issue NAME) and let it send the "
                                     "whole .crt file, which holds the issuing "
                                     "CA as well; ssl_client_certificate must name chain.pem";
constexpr const char* broken_why =
    "the certificate, or a CA or CRL above it, does not say what OpenSSL demands of it";
constexpr const char* weak_why = "a key or digest in the chain is too weak for this server's OpenSSL";

constexpr std::array verification_rows{
    Row{"certificate revoked", "revoked", false,
        "the certificate is revoked or on hold, says the CRL or the responder",
        "if it is not for good: mtlsca unhold ID; else a new one: mtlsca issue NAME"},
    Row{"certificate has expired", "expired", false,
        "the client's certificate, or a CA's above it, was over by the server's clock",
        "issue a new one: mtlsca issue NAME; mtlsca show ID says until when it was good"},
    Row{"certificate is not yet valid", "not-yet-valid", false,
        "the certificate was not valid yet by the server's clock",
        "compare the server's clock with this machine's: date -u"},
    Row{"unable to get certificate crl", "crl-missing", true,
        "ssl_crl lacks the CRL of one CA of the chain: nginx refuses every client, not only this one",
        refresh_bundle},
    Row{"crl has expired", "crl-expired", true,
        "a CRL in ssl_crl is over its nextUpdate: nginx refuses every client, not only this one",
        refresh_bundle},
    Row{"crl is not yet valid", "crl-not-yet-valid", true,
        "a CRL in ssl_crl begins in the future by the server's clock: nginx refuses every client",
        "set the server's clock, or this machine's; then mtlsca crl"},
    Row{"crl signature failure", "crl-broken", true,
        "a CRL in ssl_crl is not signed by the CA that it names: nginx refuses every client", refresh_bundle},
    Row{"unable to decrypt crl's signature", "crl-broken", true,
        "a CRL in ssl_crl has a signature that cannot be read: nginx refuses every client", refresh_bundle},
    Row{"format error in crl's lastupdate field", "crl-broken", true, "a CRL in ssl_crl is malformed",
        refresh_bundle},
    Row{"format error in crl's nextupdate field", "crl-broken", true, "a CRL in ssl_crl is malformed",
        refresh_bundle},
    Row{"unable to get crl issuer certificate", "crl-broken", true,
        "ssl_crl holds a CRL whose CA is not in ssl_client_certificate", refresh_bundle},
    Row{"unhandled critical crl extension", "crl-broken", true,
        "a CRL in ssl_crl has a critical extension that OpenSSL does not know: nginx refuses every client",
        refresh_bundle},
    Row{"different crl scope", "crl-broken", true, "a CRL in ssl_crl is for other certificates only",
        refresh_bundle},
    Row{"key usage does not include crl signing", "crl-broken", true,
        "the CA in ssl_client_certificate may not sign CRLs", "ssl_client_certificate must name chain.pem"},
    Row{"unable to get local issuer certificate", "foreign", false, foreign_why, foreign_help},
    Row{"unable to get issuer certificate", "chain-incomplete", false,
        "a CA above the client's is missing in nginx's ssl_client_certificate: the root, most likely",
        "ssl_client_certificate must name chain.pem, which holds issuing CA and root"},
    Row{"unable to verify the first certificate", "foreign", false, foreign_why, foreign_help},
    Row{"certificate not trusted", "foreign", false, foreign_why, foreign_help},
    Row{"certificate rejected", "foreign", false, foreign_why, foreign_help},
    Row{"self-signed certificate", "foreign", false, "the client has signed its certificate itself",
        foreign_help},
    Row{"self signed certificate", "foreign", false, "the client has signed its certificate itself",
        foreign_help},
    Row{"self-signed certificate in certificate chain", "foreign", false,
        "the certificate is of another CA, whose root the client sends along", foreign_help},
    Row{"self signed certificate in certificate chain", "foreign", false,
        "the certificate is of another CA, whose root the client sends along", foreign_help},
    Row{"subject issuer mismatch", "foreign", false, foreign_why, foreign_help},
    Row{"certificate signature failure", "forged", false,
        "the certificate names our CA as its issuer, but its signature is not our CA's: another CA of the "
        "same "
        "name, or a forgery",
        "mtlsca show FILE shows what it says; after a CA was made anew, clients need new certificates"},
    Row{"unsuitable certificate purpose", "purpose", false,
        "the certificate is not for clients: a server's has serverAuth only",
        "issue one for a client: mtlsca issue NAME --profile client (or server-client, for both)"},
    Row{"unsupported certificate purpose", "purpose", false,
        "the certificate is not for clients: a server's has serverAuth only",
        "issue one for a client: mtlsca issue NAME --profile client (or server-client, for both)"},
    Row{"certificate chain too long", "depth", false, "the chain is longer than ssl_verify_depth allows",
        "mtlsca nginx site writes an ssl_verify_depth that fits"},
    Row{"path length constraint exceeded", "chain-broken", false,
        "more CAs stand in the chain than one of them allows", ""},
    Row{"invalid ca certificate", "chain-broken", false,
        "a certificate in the chain is used as a CA and is none", ""},
    Row{"permitted subtree violation", "name-constraints", false,
        "the certificate has a name that the CA is not permitted to certify",
        "mtlsca show FILE compares them"},
    Row{"excluded subtree violation", "name-constraints", false,
        "the certificate has a name that the CA is forbidden to certify", "mtlsca show FILE compares them"},
    Row{"ee certificate key too weak", "weak", false, weak_why, "mtlsca issue NAME --key ec-p256"},
    Row{"ca certificate key too weak", "weak", true, weak_why, ""},
    Row{"ca signature digest algorithm too weak", "weak", true, weak_why, ""},
    Row{"unhandled critical extension", "malformed", false, broken_why, ""},
    Row{"certificate status request failed", "ocsp-unreachable", true,
        "the OCSP responder did not answer, and nginx then refuses every client",
        "see that the responder answers where ssl_ocsp_responder or the certificate says"},
    Row{"certificate status unknown", "ocsp-unknown", false,
        "the OCSP responder does not know the certificate",
        "mtlsca show SERIAL: a certificate that our inventory lacks is not ours"},
};

// A part of the message each, the more telling ones first.
constexpr std::array message_rows{
    Row{"client sent no required ssl certificate", "no-certificate", false, "the client sent no certificate",
        "mtlsca export ID --as p12 for browsers; curl --cert NAME.crt --key NAME.key"},
    Row{"alert unknown ca", "server-untrusted", false,
        "the client does not trust the server's certificate, and hung up",
        "install our root.crt at the client: curl --cacert root.crt"},
    Row{"alert bad certificate", "server-untrusted", false, "the client refused the server's certificate",
        "mtlsca verify the file that ssl_certificate names; the client needs our root.crt"},
    Row{"alert certificate unknown", "server-untrusted", false,
        "the client refused the server's certificate: it does not trust its CA, or the name is another one",
        "install our root.crt at the client; mtlsca show HOST:PORT shows the names"},
    Row{"alert certificate expired", "server-expired", true, "the server's own certificate is over",
        "mtlsca issue SERVER_NAME --profile server, then nginx -s reload"},
    Row{"alert certificate revoked", "server-untrusted", false,
        "the client took the server's certificate for revoked", "mtlsca show HOST:PORT"},
    Row{"certificate verify failed", "refused-in-handshake", false,
        "nginx refused the client's certificate in the handshake", "the lines before this one say why"},
    Row{"did not return a certificate", "no-certificate", false, "the client sent no certificate",
        "mtlsca export ID --as p12 for browsers; curl --cert NAME.crt --key NAME.key"},
    Row{"unsupported protocol", "tls-version", false,
        "client and server have no version of TLS in common: ssl_protocols", "update the client"},
    Row{"alert protocol version", "tls-version", false,
        "client and server have no version of TLS in common: ssl_protocols", "update the client"},
    Row{"no shared cipher", "no-cipher", false, "client and server have no cipher in common",
        "compare ssl_ciphers, and whether the server's key is EC or RSA, with what the client offers"},
    Row{"no suitable signature algorithm", "no-cipher", false,
        "client and server have no kind of signature in common", ""},
    Row{"http request", "plain-http", false, "the client spoke plain HTTP to a port with TLS",
        "use https:// in the client's URL"},
    Row{"wrong version number", "plain-http", false, "the client spoke something else than TLS", ""},
    Row{"in ssl handshake", "client-left", false,
        "the client hung up in the handshake: it may not trust the server's certificate, or be a port "
        "scanner",
        "install our root.crt at the client, if it is one of ours"},
    Row{"while ssl handshaking", "client-left", false,
        "the client hung up in the handshake: it may not trust the server's certificate, or be a port "
        "scanner",
        "install our root.crt at the client, if it is one of ours"},
    Row{"limiting requests", "limited", false, "limit_req: too many requests, whoever sends them", ""},
    Row{"limiting connections", "limited", false, "limit_conn: too many connections, whoever opens them", ""},
    Row{"access forbidden by rule", "address-rule", false, "an allow or deny of nginx refuses this address",
        ""},
    Row{"too large", "too-large", false, "what the client sent is larger than nginx takes", ""},
    Row{"upstream", "backend", false, "nginx let the client in; the backend behind it failed", ""},
};

Reason to_reason(const Row& row) {
    return {row.cause, row.for_everyone, row.why, row.what_to_do};
}

// "(23:certificate revoked) while reading client request headers" → "certificate revoked"
std::string_view without_number(std::string_view text) {
    if (!text.starts_with('('))
        return text;
    const std::size_t colon = text.find(':');
    const std::size_t end = text.find(')');
    if (colon == std::string_view::npos || end == std::string_view::npos || end < colon)
        return text;
    return text.substr(colon + 1, end - colon - 1);
}

} // namespace

Reason verification_reason(std::string_view text) {
    const std::string wanted = encoding::to_lower_ascii(text);
    const auto row = std::find_if(verification_rows.begin(), verification_rows.end(),
                                  [&](const Row& one) { return one.text == wanted; });
    if (row != verification_rows.end())
        return to_reason(*row);
    return {"other", false, "OpenSSL refuses it: " + std::string(text.substr(0, 200)),
            "mtlsca verify FILE --as-nginx judges a certificate as nginx does"};
}

Reason message_reason(std::string_view message) {
    constexpr std::string_view verify_error = "client SSL certificate verify error: ";
    if (message.starts_with(verify_error)) {
        std::string_view text = message.substr(verify_error.size());
        if (text.starts_with('('))
            return verification_reason(without_number(text));
        return verification_reason(text.substr(0, text.find(" while ")));
    }
    const std::string wanted = encoding::to_lower_ascii(message.substr(0, 1000));
    for (const Row& row : message_rows)
        if (wanted.find(row.text) != std::string::npos)
            return to_reason(row);
    return {"", false, "it says nothing of certificates", ""};
}

} // namespace mtlsca::deploy::nginx

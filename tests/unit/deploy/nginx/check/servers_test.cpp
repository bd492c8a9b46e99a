#include "deploy/nginx/check/judging.h"

#include <algorithm>
#include <catch2/catch.hpp>

using mtlsca::Code;
using mtlsca::Severity;
using mtlsca::deploy::nginx::Version;
using namespace mtlsca::deploy::nginx::check;

namespace {

using Texts = std::vector<std::string>;

// Each line of `lines` is one of the file, the first one is line 2.
Texts in_server(const std::string& lines) {
    return told("http { server { listen 443 ssl; ssl_verify_client on;\n" + lines + "\n} }");
}
Texts with_optional(const std::string& lines) {
    return told("http { server { listen 443 ssl; ssl_verify_client optional;\n" + lines + "\n} }");
}

// Of sessions only.
Texts of_sessions(const std::string& settings) {
    Texts ids;
    for (const Finding& finding : findings_about(
             "http { server { listen 443 ssl; ssl_verify_client on; ssl_crl x;\n" + settings + "\n} }"))
        if (finding.id.starts_with("session"))
            ids.push_back(finding.id + " " + std::to_string(finding.place.line));
    return ids;
}

const std::string guard = "if ($ssl_client_verify != SUCCESS) { return 403; }";

} // namespace

TEST_CASE("settings of the handshake inside a location do not load") {
    CHECK(
        in_server(
            "location /a { ssl_verify_client off; }\nlocation /b { location /c { if ($x) { ssl_crl y; } } }\n"
            "map $a $b { }") ==
        Texts{"directive-misplaced 2", "directive-misplaced 3", "directive-misplaced 4"});
}

TEST_CASE("what the nginx in question does not know is told") {
    CHECK(told("http { server {\nssl_ocsp off;\nhttp2 on; } }", Version{1, 18, 0}) ==
          Texts{"directive-too-new 2", "directive-too-new 3"});
    CHECK(told("http { server {\nlisten 443 ssl http2; ssl on; } }", Version{1, 27, 0}) ==
          Texts{"directive-removed 2", "directive-deprecated 2"});
}

TEST_CASE("sessions that outlive a revocation are those that outlive a reload") {
    const Texts hole{"session-outlives-revocation 2"};
    CHECK(of_sessions("ssl_session_cache shared:S:1m;") == hole);
    CHECK(of_sessions("ssl_session_cache builtin:10 shared:S:1m; ssl_session_tickets off;") == hole);
    CHECK(of_sessions("ssl_session_ticket_key k;") == hole);
    CHECK(of_sessions("ssl_session_cache none; ssl_session_tickets off;").empty());
    CHECK(of_sessions("ssl_session_ticket_key k; ssl_session_tickets off;").empty());
    CHECK(of_sessions("ssl_session_cache builtin; ssl_session_tickets off;") == Texts{"session-resumed 1"});
    CHECK(of_sessions("") == Texts{"session-resumed 1"});
    CHECK(of_sessions("ssl_session_cache shared:S:1m; ssl_ocsp on;").empty());
    CHECK(of_sessions("ssl_session_cache shared:S:1m; if ($ssl_session_reused = r) { return 403; }").empty());
}

TEST_CASE("the default server of an address decides about sessions of all its servers") {
    const Findings findings = findings_about(
        "http { ssl_crl x; server {\nlisten *:443 ssl;\nssl_session_cache shared:S:1m; }\n"
        "server { listen 443; ssl_session_cache none; ssl_session_tickets off; ssl_verify_client on; }\n"
        "server { listen 127.0.0.1:443 ssl; ssl_session_cache none; ssl_session_tickets off;\n"
        "ssl_verify_client on; } }");
    REQUIRE(std::count_if(findings.begin(), findings.end(), [](const Finding& finding) {
                return finding.id == "session-outlives-revocation" && finding.place.line == 3;
            }) == 1);
}

TEST_CASE("optional asks and refuses nobody: requests are tried without a certificate") {
    CHECK(with_optional("location / { proxy_pass http://b; }") == Texts{"optional-without-guard 1"});
    CHECK(with_optional("location / { " + guard + " proxy_pass http://b; }").empty());
    CHECK(with_optional(guard + "location / { proxy_pass http://b; }").empty());
    CHECK(with_optional("location /a { " + guard +
                        " proxy_pass http://b; }\nlocation /b { proxy_pass http://b; }") ==
          Texts{"location-without-guard 3"});
    CHECK(with_optional("location /a { " + guard + " \nlocation /a/b { proxy_pass http://b; } }") ==
          Texts{"location-without-guard 3"});
    CHECK(with_optional(
              "location / { if ($ssl_client_verify = FAILED) { return 403; } proxy_pass http://b; }") ==
          Texts{"optional-without-guard 1"});
    CHECK(
        with_optional("location / { if ($ssl_client_verify = NONE) { return 200; } proxy_pass http://b; }") ==
        Texts{"optional-without-guard 1"});
    CHECK(with_optional("location / { auth_request /x; proxy_pass http://b; }").empty());
}

TEST_CASE("a guard that goes through maps and set is followed") {
    const auto guarded = [](const std::string& map) {
        return told("http { " + map +
                    " server { listen 443 ssl; ssl_verify_client optional;\n"
                    "location / { set $copy $in; if ($copy) { return 403; } proxy_pass http://b; } } }");
    };
    CHECK(guarded("map $ssl_client_verify $in { default 1; success 0; }").empty());
    CHECK(guarded("map $ssl_client_verify $in { default 0; FAILED 1; }") ==
          Texts{"optional-without-guard 1"});
    CHECK(guarded("map \"$ssl_client_verify:$x\" $in { default 0; \"~^NONE:\" 1; }").empty());
    CHECK(guarded("map $ssl_client_verify $in { ~^(?<word>.)O $word; }").empty());
    CHECK(guarded("map $in $in { default $in; }") == Texts{"optional-without-guard 1"});
}

TEST_CASE("optional_no_ca lets in whoever makes a certificate himself") {
    const std::string server =
        "http { server { listen 443 ssl; ssl_verify_client optional_no_ca;\nlocation / { ";
    CHECK(told(server + "if ($ssl_client_verify = NONE) { return 403; } proxy_pass http://b; } } }") ==
          Texts{"unverified-let-in 1"});
    CHECK(told(server + guard + " proxy_pass http://b; } } }").empty());
}

TEST_CASE("a location for everybody says so by emptying every identity header") {
    const std::string private_one =
        "location / { " + guard + " proxy_set_header X-DN $ssl_client_s_dn; proxy_pass http://b; }\n";
    CHECK(with_optional(private_one + "location /public { proxy_set_header x-dn \"\"; proxy_pass http://b; }")
              .empty());
    CHECK(with_optional(private_one +
                        "location /public { proxy_set_header X-Other \"\";\nproxy_pass http://b; }") ==
          Texts{"header-passes 4", "location-without-guard 3"});
}

TEST_CASE("a client's own identity headers pass where a location sets others and inherits none") {
    const std::string inherited =
        "proxy_set_header X-DN $ssl_client_s_dn;\nlocation / { proxy_pass http://b; }\n";
    CHECK(in_server(inherited).empty());
    CHECK(in_server(inherited + "location /a { proxy_set_header Host $host; proxy_pass http://b; }") ==
          Texts{"header-passes 4"});
    CHECK(in_server(inherited + "location /a { proxy_set_header Host $host; proxy_pass http://b;\n"
                                "proxy_pass_request_headers off; }")
              .empty());
    CHECK(in_server(inherited + "underscores_in_headers on;") == Texts{"header-underscores 4"});
    const Findings elsewhere =
        findings_about("http { map $ssl_client_s_dn $who { default $ssl_client_serial; }\n"
                       "server { listen 443 ssl; location / { proxy_set_header X-Who $who; "
                       "proxy_pass http://b/x; } }\n"
                       "server { listen 127.0.0.1:80; location / { proxy_pass http://b; } }\n"
                       "server { listen 81; location / { proxy_pass http://c; } } }");
    REQUIRE(elsewhere.size() == 1);
    CHECK(elsewhere[0].id == "header-passes");
    CHECK(elsewhere[0].severity == Severity::error);
    CHECK(elsewhere[0].place.line == 3);
}

TEST_CASE("the same backend behind plain HTTP is a way around the certificate") {
    const std::string tls =
        "http { server { listen 443 ssl; ssl_verify_client on; location / { proxy_pass http://b; } }\n";
    CHECK(told(tls + "server { listen 80; location / { proxy_pass http://b/x; } } }") ==
          Texts{"plain-http-bypass 2"});
    CHECK(told(tls + "server { listen 80; return 301 https://$host$request_uri; } }").empty());
    CHECK(told(tls + "server { listen 127.0.0.1:80; location / { proxy_pass http://b; } } }").empty());
}

TEST_CASE("an error page for bad certificates is answered for them, whatever stands there") {
    CHECK(in_server("error_page 495 496 =200 /;\nlocation / { proxy_pass http://b; }") ==
          Texts{"error-page-lets-in 2"});
    CHECK(in_server("error_page 495 @x;\nlocation @x { proxy_pass http://b; }") ==
          Texts{"error-page-lets-in 2"});
    CHECK(in_server("error_page 495 @x;\nlocation @x { " + guard + " proxy_pass http://b; }").empty());
    CHECK(in_server("error_page 495 496 /e.html;\nlocation / { proxy_pass http://b; }\nlocation = /e.html { "
                    "root /x; }")
              .empty());
    CHECK(in_server("error_page 400 /;\nlocation / { proxy_pass http://b; }").empty());
}

TEST_CASE("a default server with another trust lets its clients into the other ones") {
    const auto pair = [](const std::string& first, const std::string& second) {
        return told("http { server { listen 443 ssl; " + first +
                    " }\nserver { listen 443 ssl; server_name b.test;\n" + second + " } }");
    };
    const std::string ours = "ssl_client_certificate a.pem; ssl_crl a.crl; ssl_verify_client on;";
    CHECK(pair("ssl_client_certificate b.pem; ssl_crl a.crl; ssl_verify_client optional;", ours) ==
          Texts{"default-server-decides 3"});
    CHECK(pair("ssl_client_certificate a.pem; ssl_verify_client on;", ours) ==
          Texts{"default-server-decides 3"});
    CHECK(pair(ours, ours).empty());
    CHECK(pair("", ours).empty());
}

TEST_CASE("comparisons that never come true are told") {
    CHECK(
        in_server(
            "if ($remote_addr = 10.0.0.0/8) { return 403; }\nif ($remote_addr != 10.0.0.1) { return 403; }\n"
            "if ($remote_addr ~ ^10/) { return 403; }") == Texts{"network-in-if 2"});
    CHECK(told("http { map $status $failed {\ndefault 0;\n495 1; 400 1;\n}\nmap $remote_addr $in "
               "{\n10.0.0.0/8 1; } }") == Texts{"network-in-map 6", "map-status 3"});
}

TEST_CASE("old protocols are told") {
    CHECK(in_server("ssl_protocols TLSv1.1 TLSv1.2;") == Texts{"old-tls 2"});
    CHECK(in_server("ssl_protocols TLSv1.2 TLSv1.3;").empty());
}

TEST_CASE("nobody is asked where the trust stands and the question does not") {
    CHECK(told("http { server { listen 443 ssl;\nssl_client_certificate a.pem; } }") ==
          Texts{"verify-off 2"});
}

TEST_CASE("a file for the inside of http or of a server is judged as it is") {
    CHECK(
        told("server { listen 443 ssl; ssl_verify_client optional; location / { proxy_pass http://b; } }") ==
        Texts{"optional-without-guard 1"});
    CHECK(told("listen 443 ssl; ssl_verify_client optional; location / { proxy_pass http://b; }") ==
          Texts{"optional-without-guard 1"});
    // The map of this variable is elsewhere.
    CHECK(told("server { listen 443 ssl; ssl_verify_client optional; location / { if ($out) { return 403; } "
               "proxy_pass http://b; } }")
              .empty());
}

TEST_CASE("what is worst comes first, and decides the exit status") {
    const Findings findings = findings_about("http { server { listen 443 ssl;\nssl_protocols TLSv1;\n"
                                             "if ($remote_addr = 10.0.0.0/8) { return 403; } } }");
    REQUIRE(findings.size() == 2);
    CHECK(findings[0].severity == Severity::error);
    CHECK(status_of(findings) == Code::critical);
    CHECK(status_of({findings[1]}) == Code::warning);
    CHECK(status_of({}) == Code::done);
}

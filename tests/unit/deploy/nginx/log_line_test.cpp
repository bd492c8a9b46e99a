#include "deploy/nginx/log/line.h"

#include <catch2/catch.hpp>
#include <random>

using namespace mtlsca;
using namespace mtlsca::deploy::nginx;

namespace {

const std::string text_line =
    R"(2026-11-22T10:00:00+01:00 client=10.0.0.5 verify="FAILED:certificate revoked" dn="CN=J\xC3\xBCrgen\x5C, a,OU=Admin" )"
    R"(serial="0AF3" role="admin,client" san="uri:spiffe://acme/pay dns:a.example.com" tls=TLSv1.3 )"
    R"(cipher=TLS_AES_256_GCM_SHA384 reused="." upstream="-" status=400 host="server.test" request="GET /\x22a HTTP/1.1")";
const std::string json_line =
    R"({"time":"2026-11-22T10:00:00+01:00","client":"10.0.0.5","verify":"SUCCESS","dn":"CN=a\\, b","serial":"0AF3",)"
    R"("role":"","san":"","tls":"TLSv1.3","cipher":"TLS_AES_256_GCM_SHA384","reused":".","upstream":"127.0.0.1:80",)"
    R"("status":"403","host":"server.test","request":"GET / HTTP/1.1"})";
const std::string error_line =
    R"(2026/11/22 10:00:00 [info] 77#78: *5 client SSL certificate verify error: (23:certificate revoked) while reading )"
    R"(client request headers, client: 10.0.0.5, server: server.test, request: "GET /a, b HTTP/1.1", host: "server.test:8443")";
const std::string combined_line =
    R"(10.0.0.5 - - [22/Nov/2026:10:00:00 +0100] "GET /\x22a HTTP/1.1" 403 153 "-" "curl/7.88.1")";

} // namespace

TEST_CASE("our log format is read, and what nginx escaped is itself again") {
    const auto line = read_log_line(text_line + "\r\n");
    REQUIRE(line);
    CHECK(line->form == LogLine::Form::text);
    CHECK(line->time == parse_time("2026-11-22T09:00:00Z"));
    CHECK(line->client == "10.0.0.5");
    CHECK(line->verify == "FAILED:certificate revoked");
    CHECK(line->dn == "CN=J\xc3\xbcrgen\\, a,OU=Admin");
    CHECK(line->serial == "0AF3");
    CHECK(line->role == "admin,client");
    CHECK(line->tls == "TLSv1.3");
    CHECK(line->reused == ".");
    CHECK(line->upstream.empty());
    CHECK(line->status == 400U);
    CHECK(line->host == "server.test");
    CHECK(line->request == "GET /\"a HTTP/1.1");
}

TEST_CASE("our JSON format is read, with a status of either kind") {
    const auto line = read_log_line(json_line);
    REQUIRE(line);
    CHECK(line->form == LogLine::Form::json);
    CHECK(line->verify == "SUCCESS");
    CHECK(line->dn == "CN=a\\, b");
    CHECK(line->upstream == "127.0.0.1:80");
    CHECK(line->status == 403U);
    std::string number = json_line;
    number.replace(number.find("\"403\""), 5, "403");
    CHECK(read_log_line(number)->status == 403U);
}

TEST_CASE("the error log is read, and a request cannot give itself another client or server") {
    const auto line = read_log_line(error_line);
    REQUIRE(line);
    CHECK(line->form == LogLine::Form::error);
    CHECK(line->when == "2026/11/22 10:00:00");
    CHECK(
        line->message ==
        "client SSL certificate verify error: (23:certificate revoked) while reading client request headers");
    CHECK(line->client == "10.0.0.5");
    CHECK(line->server == "server.test");
    CHECK(line->request == "GET /a, b HTTP/1.1");
    CHECK(line->host == "server.test:8443");

    const auto forged =
        read_log_line("2026/11/22 10:00:00 [info] 7#7: *5 client sent no required SSL certificate, client: "
                      "10.0.0.5, server: a.test, request: \"GET /, client: 1.2.3.4, server: b.test\"");
    REQUIRE(forged);
    CHECK(forged->client == "10.0.0.5");
    CHECK(forged->server == "a.test");
    const auto bare = read_log_line("2026/11/22 10:00:00 [notice] 7#7: signal process started");
    REQUIRE(bare);
    CHECK(bare->message == "signal process started");
}

TEST_CASE("nginx's own format is read as far as it goes") {
    const auto line = read_log_line(combined_line);
    REQUIRE(line);
    CHECK(line->form == LogLine::Form::combined);
    CHECK(line->client == "10.0.0.5");
    CHECK(line->request == "GET /\"a HTTP/1.1");
    CHECK(line->status == 403U);
    CHECK(line->serial.empty());
}

TEST_CASE("what is no line of nginx is none") {
    const std::string text =
        GENERATE(as<std::string>(), "", " \n", "alice", "0AF3", "{}", "{", "[]", "null", R"({"client":1})",
                 R"({"verify":"NONE","client":"x"})", "time client=x verify=\"SUCCESS",
                 "time client=x verify=\"NONE\"x serial=1",
                 "Nov 22 10:00:00 host sshd[1]: Failed password for root", "\" - - [] \"\" 403",
                 "2026/11/22 10:00:00 [info] : *", "2026-11-22T10:00:00Z =\"\"", std::string("\0\0\0", 3));
    CAPTURE(text);
    CHECK_FALSE(read_log_line(text));
    CHECK_FALSE(read_log_line(std::string(longest_log_line + 1, '{')));
}

TEST_CASE("no line brings it down: cut, changed and nested ones") {
    std::mt19937 random(1); // the same lines every time
    std::size_t read = 0;
    for (const std::string& good : {text_line, json_line, error_line, combined_line}) {
        for (std::size_t size = 0; size <= good.size(); ++size)
            read += read_log_line(good.substr(0, size)).has_value() ? 1U : 0U;
        for (int i = 0; i < 2000; ++i) {
            std::string changed = good;
            for (int j = 0; j < 3; ++j)
                changed[random() % changed.size()] = static_cast<char>(random());
            read += read_log_line(changed).has_value() ? 1U : 0U;
        }
    }
    CHECK(read > 100);
    CHECK_FALSE(read_log_line(R"({"a":)" + std::string(100'000, '[')));
    CHECK_FALSE(read_log_line("{" + std::string(100'000, '"')));
}

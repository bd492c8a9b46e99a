#include "deploy/nginx/drill/visit.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::deploy::nginx;

TEST_CASE("a URL is taken apart, and written as a Host header wants it") {
    struct Row {
        const char* text;
        const char* host;
        const char* port;
        const char* path;
        const char* authority;
    };
    const Row row = GENERATE(values<Row>({
        {"https://Server.Test", "server.test", "443", "/", "server.test"},
        {"HTTPS://server.test:443/", "server.test", "443", "/", "server.test"},
        {"https://server.test:8443/a/b?c=%20d", "server.test", "8443", "/a/b?c=%20d", "server.test:8443"},
        {"https://10.0.0.5?x", "10.0.0.5", "443", "/?x", "10.0.0.5"},
        {"https://[2001:db8::1]:8443/", "2001:db8::1", "8443", "/", "[2001:db8::1]:8443"},
    }));
    const auto url = parse_https_url(row.text);
    REQUIRE(url);
    CHECK(url->host == row.host);
    CHECK(url->port == row.port);
    CHECK(url->path == row.path);
    CHECK(url->authority() == row.authority);
    CHECK_THAT(request_text(*url), Catch::StartsWith(std::string("GET ") + row.path +
                                                     " HTTP/1.1\r\nHost: " + row.authority + "\r\n"));
}

TEST_CASE("a URL cannot carry a second header, another server or another protocol") {
    const std::string text = GENERATE(
        "http://server.test/", "server.test", "https://", "https:///path", "https://user@server.test/",
        "https://server.test:0/", "https://server.test:65536/", "https://server.test:/",
        "https://server.test/ x", "https://server.test/\r\nX-Client-Role: admin", "https://server.test/#part",
        "https://[::1/", "https://[server.test]/", "https://server.test/\xc3\xbc", "https://-\"x/");
    CAPTURE(text);
    CHECK_FALSE(parse_https_url(text));
    CHECK_FALSE(parse_https_url("https://server.test/" + std::string(4096, 'a')));
}

TEST_CASE("an answer is judged by its status, and told by the title of nginx's page") {
    const Answer refused =
        read_answer("HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<html>\r\n<head>"
                    "<title>400 The SSL certificate error</title></head>");
    CHECK(refused.status == 400);
    CHECK(refused.title == "The SSL certificate error");
    CHECK(refused.is_enough);
    CHECK_FALSE(read_answer("HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<html>").is_enough);
    CHECK(read_answer("HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\n\r\n").is_enough);
    CHECK(read_answer("HTTP/1.1 200 OK\r\n").is_enough);
    CHECK_FALSE(read_answer("HTTP/1.1 40").is_enough);

    for (const unsigned status : {400U, 401U, 403U, 495U, 496U})
        CHECK(judge_status(status) == Visit::Verdict::refused);
    for (const unsigned status : {200U, 204U, 302U, 404U, 405U, 429U})
        CHECK(judge_status(status) == Visit::Verdict::let_in);
    for (const unsigned status : {0U, 100U, 500U, 502U, 999U})
        CHECK(judge_status(status) == Visit::Verdict::unclear);
}

TEST_CASE("what is not HTTP has no status, whatever it is") {
    const std::string text = GENERATE(as<std::string>(), "", "\n", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1\n",
                                      "HTTP/1.1 20x OK\r\n", "HTTP/2 200\r\n", "HTTP/1.1 2\n",
                                      std::string("HTTP/1.1\0 200 OK\r\n", 18), "<title>200 OK</title>\n");
    CHECK(read_answer(text).status == 0);
    CHECK(judge_status(read_answer(text).status) == Visit::Verdict::unclear);
    CHECK(read_answer("HTTP/1.1 403 " + std::string(10000, 'x') + "\n").title.size() == 100);
}

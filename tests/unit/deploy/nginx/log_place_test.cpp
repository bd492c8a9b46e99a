#include "deploy/nginx/log/place.h"

#include <catch2/catch.hpp>

using namespace mtlsca::deploy::nginx;

TEST_CASE("the path of a request is compared as nginx compares it") {
    struct Row {
        const char* request;
        const char* path;
    };
    const Row row = GENERATE(values<Row>({
        {"GET / HTTP/1.1", "/"},
        {"GET /admin?x=/public/ HTTP/1.1", "/admin"},
        {"GET /admin/ HTTP/1.1", "/admin/"},
        {"GET //admin//x HTTP/1.1", "/admin/x"},
        {"GET /public/../admin/x HTTP/1.1", "/admin/x"},
        {"GET /public/..%2fadmin HTTP/1.1", "/admin"},
        {"GET /%61dmin/%zz HTTP/1.1", "/admin/%zz"},
        {"GET /../../.. HTTP/1.1", "/"},
        {"GET /public/x/.. HTTP/1.1", "/public/"},
        {"GET /public/. HTTP/1.1", "/public/"},
        {"GET http://server.test:80/admin/x?y HTTP/1.1", "/admin/x"},
        {"GET http://server.test HTTP/1.1", "/"},
        {"GET /a://b/c HTTP/1.1", "/a:/b/c"},
        {"/admin", "/admin"},
        {"", "/"},
        {"GET", "/GET"},
        {"GET  HTTP/1.1", "/"},
    }));
    CAPTURE(row.request);
    CHECK(request_path(row.request) == row.path);
}

TEST_CASE("of the sites the one with this name counts, of its locations the longest") {
    SiteSettings site, wildcard;
    site.server_name = "server.test";
    site.locations = {
        {.path = "/admin", .access = {}, .roles = {"admin"}, .names = {}, .upstream = {}, .root = {}},
        {.path = "/admin/open/", .access = "public", .roles = {}, .names = {}, .upstream = {}, .root = {}}};
    wildcard.server_name = "*.test";
    const std::vector<SiteSettings> sites{wildcard, site};
    const auto path_of = [&](const char* host, const char* request) {
        const auto place = find_place(sites, host, request);
        return place ? place->server_name + place->location.path : "none";
    };
    CHECK(path_of("server.test", "GET /admin HTTP/1.1") == "server.test/admin");
    CHECK(path_of("Server.Test:8443", "GET /admin/x HTTP/1.1") == "server.test/admin");
    CHECK(path_of("server.test", "GET /administrator HTTP/1.1") == "server.test/");
    CHECK(path_of("server.test", "GET /admin/open/x HTTP/1.1") == "server.test/admin/open/");
    CHECK(path_of("server.test", "GET /admin/open HTTP/1.1") == "server.test/admin");
    CHECK(path_of("other.test", "GET /admin HTTP/1.1") == "*.test/");
    CHECK(path_of(".test", "GET / HTTP/1.1") == "none");
    CHECK(path_of("server.example", "GET / HTTP/1.1") == "none");
    CHECK(wanted_by(find_place(sites, "server.test", "GET /admin HTTP/1.1")->location) == "the role admin");
}

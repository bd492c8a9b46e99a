#include "deploy/nginx/site/values.h"

#include "deploy/nginx/language/version.h"

#include <catch2/catch.hpp>

using namespace mtlsca::deploy::nginx;

TEST_CASE("an address to listen on is numbers in one spelling") {
    const auto listen = [](const char* text) {
        const auto parsed = parse_listen(text);
        return parsed ? to_string(*parsed) : "refused";
    };
    CHECK(listen("443") == "443");
    CHECK(listen("0.0.0.0:443") == "443");
    CHECK(listen("10.0.0.5:8443") == "10.0.0.5:8443");
    CHECK(listen("[::]:443") == "[::]:443");
    CHECK(listen("[2001:DB8:0::1]:443") == "[2001:db8::1]:443");
    for (const char* text : {"", "0", "65536", "0443", "+443", "443 ", "443 ssl", "443;", ":443", "*:443",
                             "[::]", "::1", "[10.0.0.5]:443", "2001:db8::1:443", "localhost:443",
                             "unix:/run/x", "10.0.0.5", "10.0.0:443", "[::%lo]:443"})
        CHECK(listen(text) == "refused");
}

TEST_CASE("a server name is one host name, and not one of nginx's other forms") {
    CHECK(parse_server_name("Server.Example.com") == "server.example.com");
    CHECK(parse_server_name("localhost") == "localhost");
    CHECK(parse_server_name("*.example.com") == "*.example.com");
    CHECK(parse_server_name("10.0.0.5") == "10.0.0.5");
    CHECK(parse_server_name(std::string(63, 'a')));
    for (const std::string& name : {std::string(),
                                    std::string("_"),
                                    std::string("*"),
                                    std::string(".example.com"),
                                    std::string("*example.com"),
                                    std::string("www.*"),
                                    std::string("~^a"),
                                    std::string("a.example.com."),
                                    std::string("a..b"),
                                    std::string("a b"),
                                    std::string("a;b"),
                                    std::string("$host"),
                                    std::string("a\nb"),
                                    std::string("-a"),
                                    std::string("a-"),
                                    std::string("käse.de"),
                                    std::string("10.0.0"),
                                    std::string("0x7f.1"),
                                    std::string("[::1]"),
                                    std::string("a/b"),
                                    std::string("a\\b"),
                                    std::string("\"a\""),
                                    std::string("a\0b", 3),
                                    std::string(64, 'a')})
        CHECK_FALSE(parse_server_name(name));
}

TEST_CASE("an upstream is a scheme, a host, perhaps a port and a path") {
    CHECK(parse_upstream("http://127.0.0.1:8080") == Upstream{"http://127.0.0.1:8080", std::nullopt});
    CHECK(parse_upstream("HTTPS://App.Internal/") == Upstream{"https://app.internal", ""});
    CHECK(parse_upstream("http://[::1]:80/a/b/") == Upstream{"http://[::1]:80", "/a/b"});
    CHECK(parse_upstream("http://my_pool/base") == Upstream{"http://my_pool", "/base"});
    for (const char* text : {"",
                             "http://",
                             "http:///a",
                             "127.0.0.1:8080",
                             "ftp://a",
                             "unix:/run/a",
                             "http://unix:/run/a",
                             "http://a:0",
                             "http://a:99999",
                             "http://a:",
                             "http://u@a",
                             "http://a?b",
                             "http://a/?b",
                             "http://a/#b",
                             "http://a/$b",
                             "http://$host",
                             "http://a b",
                             "http://a;",
                             "http://a/\n",
                             "http://::1/",
                             "http://[::1",
                             "http://1.2.3",
                             "http://a/..",
                             "http://a//b",
                             "http://a/%2e",
                             "http://a\"",
                             "http://a{}"})
        CHECK_FALSE(parse_upstream(text));
}

TEST_CASE("a location's path is one that nginx can meet after decoding") {
    CHECK(parse_location_path("/")->path.empty());
    CHECK(parse_location_path("/admin")->path == "/admin");
    CHECK_FALSE(parse_location_path("/admin")->ends_in_slash);
    CHECK(parse_location_path("/admin/")->ends_in_slash);
    CHECK(parse_location_path("/admin/") == parse_location_path("/admin"));
    CHECK(parse_location_path("/~bob/a.b/c,d=e@f:g+h(1)*!&'"));
    for (const char* text :
         {"",     "admin", "//",    "/a//b", "/a/./b", "/..", "/a/..", "/a/../b", "/a b", "/a%20b", "/a;b",
          "/a?b", "/a#b",  "/a\"b", "/a\\b", "/a{b}",  "/$a", "/a\nb", "/käse",   "~ /a", "= /a",   "@a"})
        CHECK_FALSE(parse_location_path(text));
    CHECK_FALSE(parse_location_path("/" + std::string(600, 'a')));
}

TEST_CASE("a file becomes absolute and holds no variable, a folder to include no pattern either") {
    CHECK(parse_file_path("/a//b/../c/") == "/a/c");
    CHECK(parse_file_path("a.crt") == std::filesystem::current_path() / "a.crt");
    CHECK(parse_file_path("/a b;{}\"'#/[x]*"));
    CHECK(parse_file_path("/") == "/");
    for (const std::string& text :
         {std::string(), std::string("/a$b"), std::string("/a\nb"), std::string("/a\0b", 4),
          std::string("/\xff"), "/" + std::string(600, 'a')})
        CHECK_FALSE(parse_file_path(text));
    for (const char* text : {"/a*", "/a?", "/a[b]"})
        CHECK_FALSE(parse_include_path(text));
    CHECK(parse_include_path("/a b"));
}

TEST_CASE("nginx's version is read from what it says of itself") {
    CHECK(parse_version("nginx version: nginx/1.22.1\n") == Version{1, 22, 1});
    CHECK(parse_version("nginx version: nginx/1.18.0 (Ubuntu)") == Version{1, 18, 0});
    CHECK(parse_version("1.14.0") == Version{1, 14, 0});
    CHECK(Version{1, 9, 15} < oldest_version);
    for (const char* text : {"", "1", "1.2", "1.2.", "a.b.c", "1.2.3.4", "1.2.3x"})
        CHECK_FALSE(parse_version(text));
}

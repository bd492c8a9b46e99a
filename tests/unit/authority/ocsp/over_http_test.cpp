#include "authority/ocsp/over_http.h"

#include "encoding/base64.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::authority;

namespace {

// A SEQUENCE whose Base64 has both "/" and "+": "MAb/+//vvv8=".
const Bytes der{0x30, 0x06, 0xff, 0xfb, 0xff, 0xef, 0xbe, 0xff};

std::string found(std::string_view path) {
    const auto question = question_of_path(path);
    return question ? encoding::to_base64(*question) : "";
}

} // namespace

TEST_CASE("a request is found in a path, with or without something before it") {
    const std::string text = encoding::to_base64(der);
    REQUIRE(text.find('/') != std::string::npos);
    REQUIRE(text.find('+') != std::string::npos);
    for (const std::string prefix : {"/", "//", "/ocsp/", "/Mine/", "/a/b/c/", "/MAA/"}) {
        CAPTURE(prefix);
        CHECK(found(prefix + text) == text);
    }
    CHECK(found("/" + text.substr(0, text.find('='))) == text); // padding left out
}

TEST_CASE("a path without a whole request has none") {
    const std::string text = encoding::to_base64(der);
    for (const std::string& path :
         {std::string(), std::string("/"), std::string("/favicon.ico"), std::string("/M"),
          std::string("/MAb"), "/" + text.substr(4), "/" + text.substr(0, 8), "/" + text + "/",
          "/" + text + "AAAA", text, "/1/2/3/4/5/6/7/8/" + text, "/MIID" + text.substr(4),
          "/MIX/" + text.substr(4), std::string(100'000, '/'), "/" + std::string(100'000, 'M'),
          "/MA\n" + text}) {
        CAPTURE(path.substr(0, 40));
        CHECK(found(path).empty());
    }
}

TEST_CASE("dates of HTTP are those of RFC 9110") {
    CHECK(http_date(*parse_time("1994-11-06T08:49:37Z")) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(http_date(*parse_time("2028-02-29T23:59:59Z")) == "Tue, 29 Feb 2028 23:59:59 GMT");
}

TEST_CASE("If-None-Match names an ETag in a list, weakly, and by a star") {
    for (const char* value : {"\"a\"", "W/\"a\"", "\"b\", \"a\"", "\"b\",W/\"a\" ,\"c\"", "*", " \"a\" "})
        CHECK(names_etag(value, "\"a\""));
    for (const char* value : {"", "a", "\"b\"", "\"aa\"", "W/", ",", "\"a", "W/W/\"a\""})
        CHECK_FALSE(names_etag(value, "\"a\""));
}

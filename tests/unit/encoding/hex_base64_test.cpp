#include "encoding/base64.h"
#include "encoding/hex.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::encoding;

TEST_CASE("hex is written in both cases and read in any, with colons or without") {
    const Bytes bytes{0x0a, 0xf3, 0x00};
    CHECK(to_hex(bytes) == "0af300");
    CHECK(to_upper_hex(bytes) == "0AF300");
    CHECK(from_hex("0aF300") == bytes);
    CHECK(from_hex("0A:f3:00") == bytes);
    CHECK(from_hex("0A:f300") == bytes);
    CHECK(from_hex("") == Bytes{});
}

TEST_CASE("what is not hex is nothing") {
    const auto text =
        GENERATE("0", "0af", "0x0a", "0g", ":0a", "0a:", "0a::0b", "0:a0", "0a 0b", "0a\n", "\xc3\xa4");
    CAPTURE(text);
    CHECK_FALSE(from_hex(text));
}

// RFC 4648 section 10.
TEST_CASE("base64 gives the vectors of its RFC, both ways") {
    const auto [plain, coded] = GENERATE(table<std::string, std::string>({{"", ""},
                                                                          {"f", "Zg=="},
                                                                          {"fo", "Zm8="},
                                                                          {"foo", "Zm9v"},
                                                                          {"foob", "Zm9vYg=="},
                                                                          {"fooba", "Zm9vYmE="},
                                                                          {"foobar", "Zm9vYmFy"}}));
    CHECK(to_base64(as_bytes(plain)) == coded);
    CHECK(to_base64(Secret(plain)).view() == coded);
    const auto bytes = from_base64(coded);
    REQUIRE(bytes);
    CHECK(as_text(*bytes) == plain);
}

TEST_CASE("base64url uses its own alphabet and no padding") {
    const Bytes bytes{0xfb, 0xff, 0xfe, 0xff};
    CHECK(to_base64(bytes) == "+//+/w==");
    CHECK(to_base64url(bytes) == "-__-_w");
}

TEST_CASE("base64 has one spelling for each value") {
    // Padding missing, too much or inside; bits behind the end (RFC 4648 section 3.5); foreign characters.
    const auto text = GENERATE("Zg", "Zg=", "Zg===", "Z===", "====", "=",
                               "Zg==Zg==", "Zh==", "Zm9=", "Zm9v\n", "Zm 9v", "-__-", "Zm9\xff", "Zm9v=");
    CAPTURE(text);
    CHECK_FALSE(from_base64(text));
}

TEST_CASE("every byte survives base64") {
    Bytes bytes;
    for (unsigned i = 0; i < 1000; ++i) {
        bytes.push_back(static_cast<std::uint8_t>(i * 7));
        REQUIRE(from_base64(to_base64(bytes)) == bytes);
        REQUIRE(from_hex(to_hex(bytes)) == bytes);
    }
}

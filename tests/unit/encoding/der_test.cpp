#include "encoding/der.h"
#include "encoding/hex.h"
#include "error.h"
#include "vectors.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::encoding;
using namespace std::chrono;

namespace {

Bytes hex(std::string_view text) {
    auto bytes = from_hex(text);
    REQUIRE(bytes);
    return *bytes;
}

// Whether `read` refuses these bytes, with an error of the right kind that names the object.
template <class Read>
bool is_refused(std::string_view bytes_in_hex, Read read) {
    const Bytes bytes = hex(bytes_in_hex);
    der::Reader reader(bytes, "request.der");
    try {
        read(reader);
    } catch (const Error& error) {
        return error.code == Code::refused && error.object == "request.der" && !error.reason.empty();
    }
    return false;
}

Time read_time(std::uint8_t tag, std::string_view text) {
    const Bytes bytes = der::text_element(tag, text);
    return der::Reader(bytes, "time").time();
}

} // namespace

TEST_CASE("what is written is what openssl writes") {
    const std::string vector = read_vector("der/all.der");
    der::Reader reader = der::Reader(as_bytes(vector), "all.der").enter(der::sequence);
    const auto matches = [&](const Bytes& written) { return to_hex(reader.next().whole) == to_hex(written); };
    const std::string digits = "0123456789";
    std::string long_text;
    for (int i = 0; i < 13; ++i)
        long_text += digits;

    CHECK(matches(der::integer_element(0)));
    CHECK(matches(der::integer_element(127)));
    CHECK(matches(der::integer_element(128)));
    CHECK(matches(der::unsigned_element(hex("0000ff00000000000000000000000000000001"))));
    CHECK(matches(der::boolean_element(true)));
    CHECK(matches(der::boolean_element(false)));
    CHECK(matches(der::oid_element("1.2.840.113549.1.1.11")));
    CHECK(matches(der::oid_element("2.5.29.20")));
    CHECK(matches(der::oid_element("2.999.1")));
    CHECK(reader.oid() == "2.25.329800735698586629295641978511506172918");
    CHECK(matches(der::bit_string_element(hex("84"), 2)));
    CHECK(matches(der::octet_string_element(hex("00ff"))));
    CHECK(matches(der::text_element(der::utf8_string, "J\xc3\xbcrgen")));
    CHECK(matches(der::text_element(der::ia5_string, "example.com")));
    CHECK(matches(der::time_element(sys_days(2050y / January / 1) - seconds(1))));
    CHECK(matches(der::time_element(sys_days(2050y / January / 1))));
    CHECK(matches(der::text_element(der::context(1), "alice@example.com")));
    CHECK(matches(der::element(der::context_constructed(0), {der::integer_element(2)})));
    CHECK(matches(
        der::set_of({der::text_element(der::utf8_string, "bb"), der::text_element(der::utf8_string, "c"),
                     der::text_element(der::ia5_string, "a")})));
    CHECK(matches(der::octet_string_element(as_bytes(long_text))));
    CHECK_NOTHROW(reader.expect_end());
}

TEST_CASE("what openssl wrote is read as it was meant") {
    const std::string vector = read_vector("der/all.der");
    der::Reader reader = der::Reader(as_bytes(vector), "all.der").enter(der::sequence);
    CHECK(reader.small_integer() == 0);
    CHECK(reader.small_integer() == 127);
    CHECK(reader.unsigned_integer() == hex("80"));
    CHECK(reader.unsigned_integer() == hex("ff00000000000000000000000000000001"));
    CHECK(reader.boolean_value());
    CHECK_FALSE(reader.boolean_value());
    CHECK(reader.oid() == "1.2.840.113549.1.1.11");
    CHECK(reader.oid() == "2.5.29.20");
    CHECK(reader.oid() == "2.999.1");
    for (int i = 0; i < 5; ++i)
        reader.next();
    CHECK(reader.time() == Time(sys_days(2050y / January / 1) - seconds(1)));
    CHECK(reader.time() == Time(sys_days(2050y / January / 1)));
    CHECK(reader.next_is(der::context(1)));
}

TEST_CASE("every truncation of an element is refused") {
    const std::string vector = read_vector("der/all.der");
    for (std::size_t size = 0; size < vector.size(); ++size) {
        const std::string_view cut = std::string_view(vector).substr(0, size);
        REQUIRE_THROWS_AS(der::Reader(as_bytes(cut), "cut").next(), Error);
    }
}

TEST_CASE("a length is definite, in its shortest form and within the bytes") {
    const auto next = [](der::Reader& reader) { reader.next(); };
    const std::string content_of_200(400, 'a');
    CHECK(is_refused("30800201000000", next));                          // indefinite
    CHECK(is_refused("048101ff", next));                                // 1 needs no long form
    CHECK(is_refused("04817f", next));                                  // cut off and not minimal
    CHECK(is_refused("048200c8" + content_of_200, next));               // leading zero
    CHECK(is_refused("0402ff", next));                                  // one byte short
    CHECK(is_refused("0484ffffffff", next));                            // 4 GB
    CHECK(is_refused("0488ffffffffffffffff", next));                    // 2^64-1: no overflow
    CHECK(is_refused("04890100000000000000c8" + content_of_200, next)); // 2^64 + 200
    CHECK(is_refused("04ff", next));                                    // reserved
    CHECK(is_refused("04", next));
    CHECK(is_refused("", next));
    CHECK(is_refused("1f0100", next)); // tags from 31
    CHECK(is_refused("bf810100", next));
    CHECK(is_refused("0000", next)); // end-of-contents
}

TEST_CASE("a reader looks only at what it may") {
    const Bytes bytes = hex("30030201050500");
    der::Reader outer(bytes, "outer");
    CHECK_THROWS_AS(outer.expect(der::set), Error);
    der::Reader inner = outer.enter(der::sequence);
    CHECK(inner.small_integer() == 5);
    CHECK(inner.at_end());
    CHECK_FALSE(inner.next_is(der::null)); // which stands behind its end
    CHECK_NOTHROW(inner.expect_end());
    CHECK_THROWS_AS(outer.expect_end(), Error);
    const der::Element null_element = outer.expect(der::null);
    CHECK(null_element.content.empty());
    CHECK(to_hex(null_element.whole) == "0500");
    // An inner element that is longer than the one around it.
    CHECK(is_refused("300302020500", [](der::Reader& reader) { reader.enter(der::sequence).next(); }));
}

TEST_CASE("numbers have one encoding and never a sign") {
    const auto small = [](der::Reader& reader) { reader.small_integer(); };
    const auto any = [](der::Reader& reader) { reader.unsigned_integer(); };
    for (const char* bad : {"0200", "020180", "02020001", "0202ff80", "0203000000", "0a0101", "300101"}) {
        CHECK(is_refused(bad, small));
        CHECK(is_refused(bad, any));
    }
    CHECK(is_refused("0209008000000000000000",
                     small)); // 2^63
    const Bytes largest = hex("02087fffffffffffffff");
    CHECK(der::Reader(largest, "n").small_integer() == 0x7fffffffffffffff);
    CHECK(to_hex(der::integer_element(UINT64_MAX)) == "020900ffffffffffffffff");
    CHECK(to_hex(der::unsigned_element({})) == "020100");
    CHECK(to_hex(der::unsigned_element(hex("000000"))) == "020100");
    CHECK(to_hex(der::unsigned_element(hex("007f"))) == "02017f");
}

TEST_CASE("booleans and bit strings are strict") {
    const auto boolean = [](der::Reader& reader) { reader.boolean_value(); };
    for (const char* bad : {"0100", "010101", "0102ffff", "0201ff"})
        CHECK(is_refused(bad, boolean));
    const auto bits = [](der::Reader& reader) { reader.enclosed_in_bit_string(); };
    for (const char* bad : {"0300", "030101", "030201fe", "2304030200ff"})
        CHECK(is_refused(bad, bits));
    const Bytes good = hex("030200ff");
    CHECK(der::Reader(good, "b").enclosed_in_bit_string() == hex("ff"));
}

TEST_CASE("object identifiers have one encoding") {
    CHECK(der::oid_text(hex("2a864886f70d01010b")) == "1.2.840.113549.1.1.11");
    CHECK(der::oid_text(hex("00")) == "0.0");
    CHECK(der::oid_text(hex("4f")) == "1.39");
    CHECK(der::oid_text(hex("50")) == "2.0");
    CHECK(der::oid_text(hex("883703")) == "2.999.3");
    // Empty, padded arc, first or later, cut off, 20 groups of 7 bits.
    for (const char* bad : {"", "8001", "2a8001", "2a86", "80", "2affffffffffffffffffffffffffffffffffffff7f"})
        CHECK(der::oid_text(hex(bad)).empty());
    CHECK(is_refused("0600", [](der::Reader& reader) { reader.oid(); }));
    for (const char* bad :
         {"", "1", "1.", ".1", "1..2", "3.1", "1.40", "01.2", "1.2x", "1.-2", "1.99999999999999999999"})
        CHECK_THROWS_AS(der::oid_element(bad), std::invalid_argument);
}

TEST_CASE("times have the forms of RFC 5280 only") {
    CHECK(read_time(der::utc_time, "500101000000Z") == Time(sys_days(1950y / January / 1)));
    CHECK(read_time(der::utc_time, "491231235959Z") == Time(sys_days(2050y / January / 1)) - seconds(1));
    CHECK(read_time(der::utc_time, "000229120000Z") == Time(sys_days(2000y / February / 29)) + hours(12));
    CHECK(read_time(der::generalized_time, "99991231235959Z") ==
          Time(sys_days(9999y / December / 31)) + days(1) - seconds(1));
    CHECK(read_time(der::generalized_time, "19490101000000Z") == Time(sys_days(1949y / January / 1)));
    const auto utc =
        GENERATE("", "Z", "2611210930Z", "261121093000", "261121093000+0100", "261321093000Z",
                 "261131093000Z", "260229000000Z", "261121240000Z", "261121096000Z", "261121093060Z",
                 "2611210930 0Z", "26112109300\xb2Z", "20261121093000Z", "261121093000z");
    CHECK_THROWS_AS(read_time(der::utc_time, utc), Error);
    const auto general = GENERATE("20261121093000.5Z", "20261121093000", "202611210930Z", "261121093000Z",
                                  "20261121093000-0100", "-0261121093000Z");
    CHECK_THROWS_AS(read_time(der::generalized_time, general), Error);
    CHECK_THROWS_AS(read_time(der::ia5_string, "261121093000Z"), Error);
}

TEST_CASE("times are written as UTCTime where it can say them") {
    const auto written = [](Time time) {
        return std::string(as_text(ByteView(der::time_element(time)).subspan(2)));
    };
    CHECK(written(sys_days(1950y / January / 1)) == "500101000000Z");
    CHECK(written(sys_days(1949y / December / 31)) == "19491231000000Z");
    CHECK(written(sys_days(2050y / January / 1)) == "20500101000000Z");
    const Bytes general = der::generalized_time_element(sys_days(2026y / November / 21));
    CHECK(as_text(ByteView(general).subspan(2)) == "20261121000000Z");
    CHECK(der::Reader(general, "t").time() == Time(sys_days(2026y / November / 21)));
    CHECK_THROWS_AS(der::time_element(sys_days(10000y / January / 1)), std::invalid_argument);
}

TEST_CASE("a head has the shortest length") {
    CHECK(to_hex(der::head(der::sequence, 0)) == "3000");
    CHECK(to_hex(der::head(der::sequence, 127)) == "307f");
    CHECK(to_hex(der::head(der::sequence, 128)) == "308180");
    CHECK(to_hex(der::head(der::sequence, 256)) == "30820100");
    CHECK(to_hex(der::head(der::sequence, 0x1234567)) == "308401234567");
}

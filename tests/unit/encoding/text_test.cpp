#include "encoding/text.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

using namespace mtlsca::encoding;

namespace {

std::string utf8(unsigned code_point) {
    const auto byte = [](unsigned value) { return static_cast<char>(value); };
    const auto tail = [&](unsigned shift) { return byte(0x80 | (code_point >> shift & 0x3f)); };
    if (code_point < 0x80)
        return {byte(code_point)};
    if (code_point < 0x800)
        return {byte(0xc0 | code_point >> 6), tail(0)};
    if (code_point < 0x10000)
        return {byte(0xe0 | code_point >> 12), tail(6), tail(0)};
    return {byte(0xf0 | code_point >> 18), tail(12), tail(6), tail(0)};
}

} // namespace

TEST_CASE("well-formed UTF-8 is told from everything that only looks like it") {
    for (const char* good :
         {"", "abc", "\xc3\xbc", "\xe2\x82\xac", "\xf0\x9f\x94\x92", "\xed\x9f\xbf", "\xee\x80\x80",
          "\xf4\x8f\xbf\xbf", "\xc2\x80", "\xe0\xa0\x80", "\xf0\x90\x80\x80"})
        CHECK(is_utf8(good));
    // A tail alone, a lead alone, cut off, overlong (2, 3, 4 bytes), surrogates, past U+10FFFF, 5-byte form.
    for (const char* bad :
         {"\x80", "\xc3", "\xe2\x82", "\xf0\x9f\x94", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xe0\x9f\xbf",
          "\xf0\x80\x80\xaf", "\xf0\x8f\xbf\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf4\x90\x80\x80",
          "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xff", "\xc3(", "\xe2(\xa1"}) {
        CHECK_FALSE(is_utf8(bad));
        CHECK_FALSE(is_printable(bad));
    }
    CHECK(is_utf8(std::string_view("a\0b", 3)));
}

TEST_CASE("what a terminal would obey or hide is shown as an escape") {
    CHECK(printable("plain \\n text, \xc3\xbc\xe2\x82\xac\xf0\x9f\x94\x92") ==
          "plain \\n text, \xc3\xbc\xe2\x82\xac\xf0\x9f\x94\x92");
    CHECK(printable("\x1b]0;owned\x07") == "\\x1B]0;owned\\x07");
    CHECK(printable("a\r\n\tb") == "a\\x0D\\x0A\\x09"
                                   "b");
    CHECK(printable(std::string_view("a\0b", 3)) == "a\\x00"
                                                    "b");
    CHECK(printable("\x7f") == "\\x7F");
    CHECK(printable("\xc2\x9b"
                    "31m") == "\\u{9B}31m"); // CSI of C1
    CHECK(printable("\xe2\x80\xae"
                    "gpj.exe") == "\\u{202E}gpj.exe"); // right-to-left override
    CHECK(printable("pay\xe2\x80\x8bpal") == "pay\\u{200B}pal");
    CHECK(printable("\xff\xc3") == "\\xFF\\xC3");
    CHECK(printable("\xf3\xa0\x81\x81") == "\\u{E0041}"); // a tag: an A that nobody sees
}

TEST_CASE("every format character and every default-ignorable one is escaped") {
    std::ifstream list(MTLSCA_VECTORS "/unicode/hidden.txt");
    std::string first, last, line;
    unsigned count = 0;
    while (std::getline(list, line)) {
        std::istringstream(line) >> first >> last;
        for (auto c = std::stoul(first, nullptr, 16); c <= std::stoul(last, nullptr, 16); ++c, ++count)
            if (is_printable(utf8(static_cast<unsigned>(c))))
                FAIL("U+" << std::hex << c);
    }
    CHECK(count > 4000);
}

TEST_CASE("what people write with stays readable") {
    // Letters and marks of many scripts, punctuation, spaces, symbols, emoji.
    for (const unsigned c : {0x20u, 0x7eu, 0xa0u, 0xe4u, 0x3a9u, 0x416u, 0x5d0u, 0x627u, 0x939u, 0xe01u,
                             0x1ea0u, 0x2014u, 0x20acu, 0x3042u, 0x4e2du, 0xac00u, 0x1f512u})
        CHECK(is_printable(utf8(c)));
}

TEST_CASE("printable text is left alone, and what comes out of printable() is printable") {
    std::string every_byte;
    for (int i = 0; i < 256; ++i)
        every_byte += static_cast<char>(i);
    CHECK(is_printable(printable(every_byte)));
    CHECK(printable(printable(every_byte)) == printable(every_byte));
}

TEST_CASE("lower case is for ASCII only") {
    CHECK(to_lower_ascii("CN=\xc3\x84Z@[`{") == "cn=\xc3\x84z@[`{");
}

TEST_CASE("a name becomes a file name that stays in its folder") {
    CHECK(to_file_name("alice@example.com") == "alice@example.com");
    CHECK(to_file_name("a+b=c,d: e_f-g.h") == "a+b=c,d: e_f-g.h");
    CHECK(to_file_name("J\xc3\xbcrgen") == "J\xc3\xbcrgen");
    CHECK(to_file_name("../../etc/passwd") == "_._.._etc_passwd");
    CHECK(to_file_name("*.example.com") == "_.example.com");
    CHECK(to_file_name("-rf") == "_rf");
    CHECK(to_file_name(" x") == "_x");
    CHECK(to_file_name(".") == "_");
    CHECK(to_file_name("..") == "_.");
    CHECK(to_file_name("") == "_");
    CHECK(to_file_name("a\nb'c\"d\\e\xff\xe2\x80\xae"
                       "f") == "a_b_c_d_e__f");
}

TEST_CASE("a long name is cut between two characters") {
    std::string name = "x";
    for (int i = 0; i < 100; ++i)
        name += "\xe2\x82\xac";
    CHECK(to_file_name(name).size() == 238);
    CHECK(is_utf8(to_file_name(name)));
    CHECK(to_file_name(name.substr(1)).size() == 240);
}

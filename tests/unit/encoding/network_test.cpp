#include "encoding/network.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::encoding;

TEST_CASE("addresses and networks are written in their one spelling") {
    const auto [text, canonical] =
        GENERATE(table<std::string, std::string>({{"10.0.0.5", "10.0.0.5"},
                                                  {"10.0.0.5/32", "10.0.0.5"},
                                                  {"10.1.0.0/16", "10.1.0.0/16"},
                                                  {"0.0.0.0/0", "0.0.0.0/0"},
                                                  {"2001:DB8:0::1", "2001:db8::1"},
                                                  {"2001:db8::/32", "2001:db8::/32"},
                                                  {"::/0", "::/0"},
                                                  {"::1/128", "::1"}}));
    CAPTURE(text);
    const auto network = parse_network(text);
    REQUIRE(network);
    CHECK(network->to_string() == canonical);
    CHECK(parse_network(canonical) == network);
}

TEST_CASE("what could be read in two ways is no network") {
    const auto text =
        GENERATE("", "10.0.0", "10.0.0.5/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "10.0.0.0/-1",
                 "010.0.0.1", "10.0.0.1 ", "::ffff:10.0.0.1", "fe80::1%eth0", "2001:db8::1/32", "::/129",
                 "10.0.0.0/8/8", "1.2.3.4.5", "example.com", "::1;");
    CAPTURE(text);
    CHECK_FALSE(parse_network(text));
    CHECK_FALSE(parse_network(std::string("10.0.0.1\0", 9)));
}

TEST_CASE("a network contains itself and what is narrower, in its own family") {
    const auto contains = [](const char* outer, const char* inner) {
        return parse_network(outer)->contains(*parse_network(inner));
    };
    CHECK(contains("10.0.0.0/8", "10.255.0.1"));
    CHECK(contains("10.0.0.0/8", "10.0.0.0/8"));
    CHECK(contains("0.0.0.0/0", "10.0.0.0/8"));
    CHECK(contains("10.0.0.128/25", "10.0.0.200"));
    CHECK_FALSE(contains("10.0.0.128/25", "10.0.0.100"));
    CHECK_FALSE(contains("10.0.0.0/8", "11.0.0.0/8"));
    CHECK_FALSE(contains("10.0.0.0/16", "10.0.0.0/8"));
    CHECK_FALSE(contains("::/0", "10.0.0.1"));
}

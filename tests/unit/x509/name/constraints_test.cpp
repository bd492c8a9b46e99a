#include "x509/name/constraints.h"

#include "encoding/der.h"
#include "encoding/hex.h"
#include "x509/vectors.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <sstream>

using namespace mtlsca;
using namespace mtlsca::x509;
namespace der = mtlsca::encoding::der;

namespace {

// A line of tests/vectors/name_constraints/verdicts.txt.
struct Case {
    NameConstraints constraints;
    Name subject;
    std::vector<San> sans;
    Bytes der; // as openssl encodes the constraints
    bool is_accepted = false;
};

std::vector<std::string> words(const std::string& text) {
    std::istringstream in(text);
    return {std::istream_iterator<std::string>(in), {}};
}

Case read_case(const std::string& line) {
    std::vector<std::string> fields;
    for (std::size_t begin = 0; begin <= line.size();) {
        const std::size_t end = std::min(line.find(" | ", begin), line.size());
        fields.push_back(line.substr(begin, end - begin));
        begin = end + 3;
    }
    REQUIRE(fields.size() == 5);
    Case one;
    for (const std::string& word : words(fields[0]))
        (word[0] == '+' ? one.constraints.permitted : one.constraints.excluded)
            .push_back(parse_subtree(word.substr(1)));
    one.subject = Name::parse(fields[1]);
    for (const std::string& word : words(fields[2]))
        one.sans.push_back(parse_san(word).san.value());
    one.der = encoding::from_hex(fields[3]).value();
    one.is_accepted = fields[4] == "ok";
    return one;
}

// What is read where these are the bases of the permitted subtrees.
NameConstraints permitted(const std::vector<Bytes>& bases) {
    Bytes subtrees;
    for (const Bytes& base : bases)
        append(subtrees, der::element(der::sequence, base));
    return read_name_constraints(
        der::element(der::sequence, der::element(der::context_constructed(0), subtrees)));
}

} // namespace

TEST_CASE("names lie outside of name constraints where openssl says so") {
    std::ifstream in(vectors::path("name_constraints/verdicts.txt"));
    int cases = 0;
    for (std::string line; std::getline(in, line); ++cases) {
        CAPTURE(line);
        const Case one = read_case(line);
        CHECK(outside(one.constraints, one.subject, one.sans).empty() == one.is_accepted);
    }
    CHECK(cases > 70);
}

TEST_CASE("name constraints are written and read as openssl encodes them") {
    std::ifstream in(vectors::path("name_constraints/verdicts.txt"));
    for (std::string line; std::getline(in, line);) {
        CAPTURE(line);
        const Case one = read_case(line);
        CHECK(name_constraints_der(one.constraints) == one.der);
        CHECK(read_name_constraints(one.der).permitted == one.constraints.permitted);
        CHECK(read_name_constraints(one.der).excluded == one.constraints.excluded);
    }
}

TEST_CASE("every name outside is told, with what is allowed") {
    NameConstraints constraints;
    constraints.permitted = {parse_subtree("dns:example.com"), parse_subtree("dns:example.org")};
    constraints.excluded = {parse_subtree("ip:10.0.0.0/8")};
    const Findings findings =
        outside(constraints, Name::parse("CN=a.example.net"),
                {{SanType::dns, "a.com"}, {SanType::dns, "a.example.com"}, {SanType::ip, "10.0.0.1"}});
    REQUIRE(findings.size() == 2);
    CHECK(findings[0].rule == "name-constraint");
    CHECK(findings[0].subject == "san dns:a.com");
    CHECK_THAT(findings[0].detail, Catch::Contains("dns:example.com, dns:example.org"));
    CHECK_THAT(findings[1].detail, Catch::Contains("ip:10.0.0.0/8"));
}

TEST_CASE("a URI whose host is an address cannot be compared and is refused") {
    NameConstraints constraints;
    constraints.excluded = {parse_subtree("uri:example.com")};
    CHECK(outside(constraints, {}, {{SanType::uri, "https://10.0.0.1/"}}).size() == 1);
    CHECK(outside(constraints, {}, {{SanType::uri, "https://[::1]/"}}).size() == 1);
    CHECK(outside({}, {}, {{SanType::uri, "https://10.0.0.1/"}}).empty());
}

TEST_CASE("a subtree has one spelling") {
    CHECK(to_string(parse_subtree("DNS:Example.COM")) == "dns:example.com");
    CHECK(to_string(parse_subtree("ip:10.0.0.5/32")) == "ip:10.0.0.5");
    CHECK(to_string(parse_subtree("ip:2001:DB8::/32")) == "ip:2001:db8::/32");
    CHECK(to_string(parse_subtree("email:Alice@Example.com")) == "email:Alice@example.com");
    CHECK(to_string(parse_subtree("email:.Example.com")) == "email:.example.com");
    CHECK(to_string(parse_subtree("uri:.Example.com")) == "uri:.example.com");
}

TEST_CASE("what is no subtree is an error of usage") {
    for (const char* text :
         {"", "example.com", "rid:1.2", "dns:", "dns:.example.com", "dns:*.example.com", "dns:a b",
          "ip:10.0.0.1/8", "ip:10.0.0.0/33", "ip:example.com", "ip:10.0.0.0/255.0.0.0",
          "email:", "email:a@b@c.d", "email:@b.c", "uri:https://example.com/", "uri:"}) {
        CAPTURE(text);
        try {
            parse_subtree(text);
            FAIL_CHECK("was taken");
        } catch (const Error& error) {
            CHECK(error.code == Code::usage);
        }
    }
}

TEST_CASE("constraints that others wrote are read as OpenSSL reads them") {
    // dns .Example.com, dns "", a directoryName, and 10.1.2.3 with the mask 255.0.0.0
    const NameConstraints read =
        permitted({der::text_element(der::context(2), ".Example.com"), der::text_element(der::context(2), ""),
                   der::element(der::context_constructed(4), Name::parse("CN=x").der()),
                   der::element(der::context(7), encoding::from_hex("0a010203ff000000").value())});
    const std::vector<Subtree> expected{
        {SanType::dns, ".example.com"}, {SanType::dns, ""}, {SanType::ip, "10.0.0.0/8"}};
    CHECK(read.permitted == expected);
    CHECK(lies_within({SanType::dns, "a.example.com"}, expected[0]));
    CHECK_FALSE(lies_within({SanType::dns, "example.com"}, expected[0]));
    CHECK(lies_within({SanType::dns, "anything"}, expected[1]));
}

TEST_CASE("malformed constraints are refused") {
    const auto octets = [](std::uint8_t tag, const char* hex) {
        return der::element(tag, encoding::from_hex(hex).value());
    };
    CHECK_THROWS_AS(permitted({octets(der::context(7), "0a000000ff00ff00")}), Error); // a mask with gaps
    CHECK_THROWS_AS(permitted({octets(der::context(7), "0a000000ff0000")}), Error);
    CHECK_THROWS_AS(permitted({octets(der::context(7), "")}), Error);
    CHECK_THROWS_AS(permitted({octets(der::context(2), "610a62")}), Error);
    CHECK_THROWS_AS(permitted({octets(der::context(1), "61ff")}), Error);
    CHECK_THROWS_AS(permitted({}), Error);
    // minimum 1
    const Bytes base = der::text_element(der::context(2), "a");
    CHECK_THROWS_AS(permitted({encoding::from_hex("820161800101").value()}), Error);
    CHECK_THROWS_AS(read_name_constraints({}), Error);
    CHECK_THROWS_AS(read_name_constraints(base), Error);
}

#include "policy/text/subject_text.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::policy;

namespace {

std::string rule(const std::optional<Finding>& finding) {
    return finding ? finding->rule : "";
}

} // namespace

TEST_CASE("a name is 1 to 64 characters, however many bytes they take") {
    CHECK_FALSE(judge_name("CN", "alice"));
    CHECK_FALSE(judge_name("CN", std::string(64, 'a')));
    CHECK(rule(judge_name("CN", std::string(65, 'a'))) == "text-too-long");
    CHECK(rule(judge_name("CN", "")) == "text-empty");
    std::string umlauts;
    for (int i = 0; i < 64; ++i)
        umlauts += "ü";
    CHECK_FALSE(judge_name("CN", umlauts));
    CHECK(rule(judge_name("CN", umlauts + "ü")) == "text-too-long");
}

TEST_CASE("a name cannot look like several attributes") {
    for (const char* name : {"x,OU=Admin", "x+OU", "x=y", "a\"b", "a\\b", "a<b", "a>b", "a;b"}) {
        INFO(name);
        CHECK(rule(judge_name("CN", name)) == "text-character");
    }
    CHECK_FALSE(judge_name("CN", "it's a/b (c) #1 & 2: *.example.com"));
}

TEST_CASE("a name holds nothing that a terminal obeys or hides") {
    using namespace std::string_view_literals;
    for (std::string_view name : {"a\nb"sv, "a\0b"sv, "a\x1b[2Jb"sv, "a\x7f"sv, "a\xc2\x9b"sv, "a\xff"sv,
                                  "a\u200bb"sv, "a\u202eb"sv}) {
        CHECK(rule(judge_name("CN", name)) == "text-not-printable");
        CHECK(rule(judge_attribute_text("O", name)) == "text-not-printable");
    }
}

TEST_CASE("spaces that nobody sees are refused") {
    for (const char* name : {" alice", "alice ", "a\u00a0b", "a\u3000b"}) {
        INFO(name);
        CHECK(rule(judge_name("CN", name)) == "text-space");
    }
    CHECK_FALSE(judge_name("CN", "Alice Example"));
}

TEST_CASE("an organization may have a comma in its name, never an equals sign") {
    CHECK_FALSE(judge_attribute_text("O", "Acme, Inc."));
    CHECK_FALSE(judge_attribute_text("O", "C++ & Sons"));
    CHECK(rule(judge_attribute_text("O", "x,OU=Admin")) == "text-character");
}

TEST_CASE("owners and labels are short and printable") {
    CHECK_FALSE(judge_owner("Team Payments <pay@example.com>"));
    CHECK(rule(judge_owner(std::string(129, 'a'))) == "text-too-long");
    CHECK(rule(judge_owner("a\tb")) == "text-not-printable");
    CHECK_FALSE(judge_label("app.kubernetes.io/name", "x = y"));
    CHECK_FALSE(judge_label("empty", ""));
    CHECK(rule(judge_label("", "x")) == "text-empty");
    CHECK(rule(judge_label("a b", "x")) == "text-character");
    CHECK(rule(judge_label(std::string(64, 'k'), "x")) == "text-too-long");
    CHECK(rule(judge_label("k", std::string(257, 'v'))) == "text-too-long");
    CHECK(rule(judge_label("k", "a\x1b")) == "text-not-printable");
}

TEST_CASE("characters that everybody shows otherwise, or nobody, are refused in names") {
    for (const char* name :
         {"a\ue000", "\U0010fffd", "a\ufdd0", "a\ufffe", "\U0001ffff", "a\ufffdb", "\u2800"}) {
        INFO(name);
        CHECK(rule(judge_name("CN", name)) == "text-not-printable");
        CHECK(rule(judge_attribute_text("O", name)) == "text-not-printable");
    }
    CHECK_FALSE(judge_name("CN", "\U0001f600 \u2801"));
}

TEST_CASE("one word in letters of two scripts is doubtful") {
    CHECK(rule(judge_scripts("CN", "\u0430dmin")) == "text-mixed-scripts"); // Cyrillic а
    CHECK(rule(judge_scripts("CN", "\u0391dmin")) == "text-mixed-scripts"); // Greek Α
    CHECK(rule(judge_scripts("CN", "admin1\u0431")) == "text-mixed-scripts");
    CHECK(judge_scripts("CN", "\u0430dmin")->severity == Severity::warning);
    CHECK_FALSE(judge_scripts("CN", "Müller"));
    CHECK_FALSE(judge_scripts("CN", "Анна"));
    CHECK_FALSE(judge_scripts("CN", "Anna-Анна"));
    CHECK_FALSE(judge_scripts("CN", "山田 taro"));
}

TEST_CASE("a text that is all of another script and reads as Latin is doubtful") {
    CHECK(rule(judge_scripts("CN", "\u0440\u0430\u0443\u0440\u0430")) ==
          "text-looks-latin"); // Cyrillic раура
    CHECK(judge_scripts("CN", "\uff41\uff44\uff4d\uff49\uff4e")->detail.ends_with(": admin")); // full width
    CHECK(read_as_latin("\u0441\u043e\u0441\u043e") == "coco");
    CHECK(read_as_latin("Анна").empty());
    CHECK(read_as_latin("coco").empty());
}

TEST_CASE(
    "an international label is judged by what is shown for it, and one that stands for nothing is told") {
    const auto apple = judge_scripts("san", "www.xn--80ak6aa92e.com"); // аррӏе, all Cyrillic
    REQUIRE(rule(apple) == "text-looks-latin");
    CHECK(apple->detail.ends_with("Latin ones: apple"));
    CHECK(read_as_latin("xn--80ak6aa92e.com") == "apple.com");
    CHECK(rule(judge_scripts("san", "admin@XN--mosow-wxe.example")) == "text-mixed-scripts"); // mosкow
    CHECK(rule(judge_scripts("san", "https://xn--80ak6aa92e:443/xn")) == "text-looks-latin");
    CHECK_FALSE(judge_scripts("san", "xn--mnchen-3ya.de"));     // münchen
    CHECK_FALSE(judge_scripts("san", "xn--80adxhks.xn--p1ai")); // москва.рф
    CHECK_FALSE(judge_scripts("san", "*.example.com"));
    for (const char* label : {"xn--", "xn--abc-", "a.xn--99999999.b", "xn--a_b"})
        CHECK(rule(judge_scripts("san", label)) == "text-not-punycode");
}

#include "deploy/nginx/language/token.h"

#include <catch2/catch.hpp>

using namespace mtlsca::deploy::nginx;

namespace {

std::string text(const std::optional<Token>& token) {
    return token ? token->text() : "refused";
}

} // namespace

TEST_CASE("a word of nginx is quoted where a character could end it or begin something else") {
    CHECK(text(word("/etc/nginx/a.crt")) == "/etc/nginx/a.crt");
    CHECK(text(word("")) == R"("")");
    CHECK(text(word("a b;{}#'")) == R"("a b;{}#'")");
    CHECK(text(word(R"(a"b\)")) == R"("a\"b\\")");
    CHECK(text(word("\\n")) == R"("\\n")");
    CHECK(text(word("Käse")) == "\"Käse\"");
}

TEST_CASE("a word of nginx holds no variable and no control character") {
    for (const char* hostile : {"$host", "a${b}", "a\nb", "a\rb", "\t", "\x7f"})
        CHECK(text(word(hostile)) == "refused");
    CHECK_FALSE(word(std::string_view("a\0b", 3)));
}

TEST_CASE("a word is refused long before nginx's buffer of 4096 bytes ends") {
    CHECK(word(std::string(longest_token, 'a')));
    CHECK_FALSE(word(std::string(longest_token + 1, 'a')));
    CHECK_FALSE(map_value(std::string(longest_token / 8, '$')));
}

TEST_CASE("a map's keys are the very text, also where a map knows a word itself") {
    CHECK(text(map_key("0AF3")) == "0AF3");
    CHECK(text(map_key("default")) == R"("\\default")");
    CHECK(text(map_key("include")) == R"("\\include")");
    CHECK(text(map_key("volatile")) == R"("\\volatile")");
    CHECK(text(map_key("hostnames")) == R"("\\hostnames")");
    CHECK(text(map_key("defaults")) == "defaults");
    CHECK(text(map_key("~.*")) == R"("\\~.*")");
    CHECK(text(map_key(R"(\default)")) == R"("\\\\default")");
    CHECK(text(map_key("$host")) == R"("$host")");
    CHECK(text(map_key("a\nb")) == "refused");
}

TEST_CASE("a map's values show a dollar by the variable that holds one") {
    CHECK(text(map_value("a$b")) == R"("a${mtlsca_dollar}b")");
    CHECK(text(map_value("a\"\\")) == R"("a\"\\")");
    CHECK(text(map_value("a\nb")) == "refused");
}

TEST_CASE("a comment stays on its line and within nginx's buffer") {
    CHECK(comment("a\n; b") == "# a\\x0A; b\n");
    CHECK(comment("\xe2\x80\xa8") == "# \\u{2028}\n");
    CHECK(comment(std::string(10000, 'a')).size() <= longest_token + 1);
}

TEST_CASE("text inside a regular expression matches itself") {
    CHECK(escape_regex("a.b(c)*+?[d]{e}|f^g$\\") == R"(a\.b\(c\)\*\+\?\[d\]\{e\}\|f\^g\$\\)");
}

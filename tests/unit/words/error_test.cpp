#include "error.h"

#include <catch2/catch.hpp>

using namespace mtlsca;

TEST_CASE("an error reads as object and reason and keeps its parts") {
    const Error error(Code::busy, "/srv/ca", "another command holds its lock", "wait");
    CHECK(std::string(error.what()) == "/srv/ca: another command holds its lock");
    CHECK(static_cast<int>(error.code) == 7);
    CHECK(error.object == "/srv/ca");
    CHECK(error.hint == "wait");
    CHECK(error.findings.empty());
}

TEST_CASE("exit statuses are a contract with scripts") {
    CHECK(static_cast<int>(Code::failed) == 1);
    CHECK(static_cast<int>(Code::usage) == 2);
    CHECK(static_cast<int>(Code::refused) == 3);
    CHECK(static_cast<int>(Code::not_found) == 4);
    CHECK(static_cast<int>(Code::already) == 5);
    CHECK(static_cast<int>(Code::secret) == 6);
    CHECK(static_cast<int>(Code::store) == 8);
    CHECK(static_cast<int>(Code::warning) == 10);
    CHECK(static_cast<int>(Code::critical) == 11);
}

TEST_CASE("only findings of severity error refuse") {
    Findings findings{{Severity::note, "a", "b", "c"}, {Severity::warning, "a", "b", "c"}};
    CHECK_FALSE(has_errors(findings));
    findings.push_back({Severity::error, "a", "b", "c"});
    CHECK(has_errors(findings));
    CHECK(std::string(to_string(Severity::note)) == "note");
    CHECK(std::string(to_string(Severity::error)) == "error");
}

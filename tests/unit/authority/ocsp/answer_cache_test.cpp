#include "authority/ocsp/answer_cache.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::authority;

namespace {

constexpr Time noon{std::chrono::seconds(1'800'000'000)};
using std::chrono::hours;

KeptAnswer answer(const std::string& text, Time at = noon) {
    KeptAnswer made{{}, "etag", at, at + hours(2)};
    append(made.der, as_bytes(text));
    return made;
}

} // namespace

TEST_CASE("an answer is given again to the same question only, of the same generation") {
    AnswerCache cache(100'000);
    CHECK(cache.find(as_bytes("a"), 1, noon) == nullptr);
    CHECK(as_text(cache.keep(as_bytes("a"), answer("good")).der) == "good");
    REQUIRE(cache.find(as_bytes("a"), 1, noon) != nullptr);
    CHECK(as_text(cache.find(as_bytes("a"), 1, noon)->der) == "good");
    CHECK(cache.find(as_bytes("b"), 1, noon) == nullptr);
    CHECK(cache.find(as_bytes("a"), 2, noon) == nullptr);
    CHECK(cache.find(as_bytes("a"), 1, noon) == nullptr); // forgotten, not hidden
    CHECK(cache.octets() == 0);
}

TEST_CASE("an answer is not given again after half of its life, nor before it begins") {
    AnswerCache cache(100'000);
    CHECK(cache.find(as_bytes("a"), 1, noon) == nullptr);
    cache.keep(as_bytes("a"), answer("good"));
    CHECK(cache.find(as_bytes("a"), 1, noon + hours(1) - std::chrono::seconds(1)) != nullptr);
    CHECK(cache.find(as_bytes("a"), 1, noon + hours(1)) == nullptr);
    cache.keep(as_bytes("a"), answer("good"));
    CHECK(cache.find(as_bytes("a"), 1, noon - std::chrono::seconds(1)) == nullptr);
}

TEST_CASE("the answers that were asked for longest ago are forgotten first, and the bound holds") {
    AnswerCache cache(10'000);
    cache.find(as_bytes("first"), 1, noon);
    cache.keep(as_bytes("first"), answer(std::string(1000, 'x')));
    for (int i = 0; i < 1000; ++i) {
        cache.keep(as_bytes(std::to_string(i)), answer(std::string(1000, 'x')));
        CHECK(cache.find(as_bytes("first"), 1, noon) != nullptr);
        CHECK(cache.octets() <= 10'000);
    }
    CHECK(cache.find(as_bytes("999"), 1, noon) != nullptr);
    CHECK(cache.find(as_bytes("0"), 1, noon) == nullptr);
    cache.keep(as_bytes("999"), answer("new"));
    CHECK(as_text(cache.find(as_bytes("999"), 1, noon)->der) == "new");
}

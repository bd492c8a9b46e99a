#include "bytes.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <type_traits>

using namespace mtlsca;

TEST_CASE("a secret keeps its place when it moves and leaves nothing behind") {
    Secret first(std::string_view("hunter2"));
    const char* place = first.data();
    Secret second(std::move(first));
    CHECK(second.data() == place);
    CHECK(first.empty());
    CHECK(second.view() == "hunter2");
    Secret third;
    third = std::move(second);
    CHECK(third.data() == place);
    CHECK_FALSE(std::is_copy_constructible_v<Secret>);
    CHECK_FALSE(std::is_copy_assignable_v<Secret>);
}

TEST_CASE("what is cut off a secret is wiped") {
    Secret secret(std::string_view("hunter2"));
    secret.truncate(6);
    CHECK(secret.view() == "hunter");
    CHECK(secret.data()[6] == 0);
    secret.truncate(100);
    CHECK(secret.size() == 6);
    secret.truncate(0);
    CHECK(std::all_of(secret.data(), secret.data() + 7, [](char c) { return c == 0; }));
}

TEST_CASE("secrets are joined in their order, empty ones too") {
    const Secret key(std::string_view("key"));
    CHECK(join_secret({"a: ", key.view(), "", "\n"}).view() == "a: key\n");
    CHECK(join_secret({}).empty());
}

TEST_CASE("a sized secret starts as zeros") {
    Secret secret(std::size_t{32});
    CHECK(secret.view() == std::string(32, '\0'));
    CHECK(Secret(std::string_view()).empty());
}

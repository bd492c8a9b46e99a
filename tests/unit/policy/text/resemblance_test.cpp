#include "policy/text/resemblance.h"

#include <catch2/catch.hpp>

using namespace mtlsca::policy;

namespace {

const Roles roles{{"Admin", "admin"}, {"Ops", "ops"}};

std::string resembled(std::string_view ou) {
    return resembled_role(roles, ou).value_or("");
}

} // namespace

TEST_CASE("a role does not resemble a role, and neither does anything else of its length") {
    CHECK(resembled("Admin").empty());
    CHECK(resembled("Sales").empty());
    CHECK(resembled("Administration").empty());
    CHECK(resembled("DevOps").empty());
    CHECK(resembled("").empty());
}

TEST_CASE("whatever reads like a role is found out") {
    for (const char* ou :
         {"admin", "ADMIN", " Admin", "Admin ", "Ad min", "\u0410dmin", "adm\u0456n", "\uff21dmin",
          "Adm\u0131n", "Admin\u00a0", "Ad\u200bmin", "\u0391dmin", "\U0001d400dmin"}) {
        INFO(ou);
        CHECK(resembled(ou) == "Admin");
    }
    CHECK(resembled("\u041ep\u0455") == "Ops");
    CHECK(resembled("op\u017f") == "Ops");
}

TEST_CASE("a role within something that looks like several attributes is found out") {
    CHECK(resembled("x,OU=Admin") == "Admin");
    CHECK(resembled("Sales+OU=ops") == "Ops");
    CHECK(resembled("Research, Development").empty());
}

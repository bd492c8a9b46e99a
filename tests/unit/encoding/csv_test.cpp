#include "encoding/csv.h"

#include <catch2/catch.hpp>

using mtlsca::encoding::csv_fields;
using Fields = std::vector<std::string>;

TEST_CASE("fields of a record, in quotes where they hold commas or quotes") {
    CHECK(csv_fields("a,b,c") == Fields{"a", "b", "c"});
    CHECK(csv_fields("") == Fields{""});
    CHECK(csv_fields(",") == Fields{"", ""});
    CHECK(csv_fields("\"a,b\",\"say \"\"hi\"\"\",\"\"") == Fields{"a,b", "say \"hi\"", ""});
    CHECK(csv_fields(" a ,é") == Fields{" a ", "é"});
}

TEST_CASE("a quote in the wrong place is no record") {
    for (const char* record : {"a\"b", "\"a", "\"a\"b", "\"a\" ,b", "\"", "a,\"b\"c"}) {
        CAPTURE(record);
        CHECK_FALSE(csv_fields(record));
    }
}

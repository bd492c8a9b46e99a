#include "x509/certificate/serial.h"

#include "encoding/hex.h"

#include <catch2/catch.hpp>
#include <set>

using namespace mtlsca;

TEST_CASE("serial numbers have 128 bits, always 32 digits, and don't repeat") {
    x509::RandomSerials serials;
    std::set<std::string> seen;
    for (int i = 0; i < 2000; ++i) {
        const Bytes serial = serials.next();
        CHECK(serial.size() == 16);
        CHECK(serial[0] != 0);
        CHECK(seen.insert(encoding::to_hex(serial)).second);
    }
}

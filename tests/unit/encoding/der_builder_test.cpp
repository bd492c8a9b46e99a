#include "encoding/der_builder.h"

#include "encoding/der.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
namespace der = mtlsca::encoding::der;

TEST_CASE("what is laid out backwards is what is laid out forwards, of every length and again and again") {
    der::Builder builder;
    for (const std::size_t size : {0U, 1U, 127U, 128U, 255U, 256U, 65535U, 65536U, 5U, 2000U}) {
        CAPTURE(size);
        const Bytes content(size, 0x42);
        builder.clear();
        CHECK(builder.size() == 0);
        builder.put(content);
        builder.enclose(der::octet_string, 0);
        const std::size_t end = builder.size();
        builder.put_generalized_time(Time(std::chrono::days(20'000)) + std::chrono::seconds(3'723));
        builder.enclose(der::context_constructed(3), end);
        builder.enclose(der::sequence, 0);
        const Bytes forwards = der::element(
            der::sequence, {der::element(der::context_constructed(3),
                                         der::generalized_time_element(Time(std::chrono::days(20'000)) +
                                                                       std::chrono::seconds(3'723))),
                            der::octet_string_element(content)});
        CHECK(as_text(builder.bytes()) == as_text(forwards));
    }
}

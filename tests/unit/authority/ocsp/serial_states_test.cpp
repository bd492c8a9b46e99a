#include "authority/ocsp/serial_states.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::authority;

namespace {

Bytes serial_of(unsigned number) {
    Bytes serial(16, 0x5a);
    for (std::size_t i = 0; i < 4; ++i)
        serial[i + 12] = static_cast<std::uint8_t>(number >> (8 * i));
    return serial;
}

SerialStates::State state_of(unsigned number) {
    if (number % 3 == 0)
        return std::nullopt;
    store::SerialStatus status;
    status.state = store::State::valid;
    if (number % 3 == 1)
        status.revocation =
            store::Revocation{x509::RevocationReason::superseded, Time(std::chrono::days(number)), {}};
    return status;
}

bool is_that_of(const SerialStates::State& state, unsigned number) {
    const SerialStates::State wanted = state_of(number);
    if (!wanted || !state)
        return !wanted && !state;
    return wanted->revocation.has_value() == state->revocation.has_value() &&
           (!wanted->revocation || wanted->revocation->revoked_at == state->revocation->revoked_at);
}

} // namespace

TEST_CASE("a serial's state is found again as that of its issuer, its octets and its generation alone") {
    SerialStates states;
    const Bytes serial{0x01, 0x02};
    CHECK(states.find(1, serial, 1) == nullptr);
    states.keep(1, serial, 1, state_of(1));
    REQUIRE(states.find(1, serial, 1) != nullptr);
    CHECK(is_that_of(*states.find(1, serial, 1), 1));
    CHECK(states.find(2, serial, 1) == nullptr);
    CHECK(states.find(1, serial, 2) == nullptr);
    CHECK(states.find(1, serial, 0) == nullptr);
    CHECK(states.find(1, Bytes{0x02}, 1) == nullptr);
    CHECK(states.find(1, Bytes{0x00, 0x01, 0x02}, 1) == nullptr);
    states.keep(1, serial, 2, state_of(0));
    CHECK(states.find(1, serial, 1) == nullptr);
    REQUIRE(states.find(1, serial, 2) != nullptr);
    CHECK_FALSE(states.find(1, serial, 2)->has_value());
}

TEST_CASE("whatever is asked for, what is found is right and the table stays within its bound") {
    SerialStates states;
    unsigned found = 0;
    constexpr unsigned many = 300'000;
    for (unsigned number = 0; number < many; ++number) {
        states.keep(number % 2, serial_of(number), 1, state_of(number));
        const unsigned earlier = number / 2;
        if (const auto* state = states.find(earlier % 2, serial_of(earlier), 1)) {
            ++found;
            if (!is_that_of(*state, earlier))
                FAIL("another serial's state for " << earlier);
        }
        if (!is_that_of(*states.find(number % 2, serial_of(number), 1), number))
            FAIL("not kept: " << number);
    }
    CHECK(found > 1000);
    CHECK(states.places() == SerialStates::places_max);
}

TEST_CASE("some hundred serials are all remembered") {
    SerialStates states;
    unsigned read = 0;
    for (int round = 0; round < 10; ++round)
        for (unsigned number = 0; number < 500; ++number)
            if (states.find(1, serial_of(number * 77'777), 1) == nullptr) {
                ++read;
                states.keep(1, serial_of(number * 77'777), 1, state_of(number));
            }
    CHECK(read < 1500); // 500, once more when the table has grown, and few others
}

TEST_CASE("few serials take little room, and serials that nobody issues none") {
    SerialStates states;
    for (unsigned number = 0; number < 100; ++number)
        states.keep(1, serial_of(number), 1, state_of(number));
    CHECK(states.places() <= 1024);
    SerialStates none;
    none.keep(1, Bytes(21, 0x01), 1, state_of(1));
    CHECK(none.find(1, Bytes(21, 0x01), 1) == nullptr);
    CHECK(none.places() == 0);
}

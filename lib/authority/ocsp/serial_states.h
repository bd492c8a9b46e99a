// What the inventory said of serials, for as long as it would say the same again: reading a row costs a third
// of a signature. For one thread.
#pragma once

#include "store/inventory/serial_status.h"

#include <array>

namespace mtlsca::authority {

// A table with four places for all serials of one sort: where they are taken, one of them goes. Bounded,
// however many are asked for: it grows with them to 64 Ki places, 6 MB.
class SerialStates {
public:
    using State = std::optional<store::SerialStatus>; // none: no certificate was ever intended
    static constexpr std::size_t places_max = 65536;

    // Of this generation, and of no other. Null: not remembered; else good until the next keep().
    const State* find(store::IssuerId issuer, ByteView serial, std::uint64_t generation) const;
    // Serials longer than RFC 5280 allows, which nobody issued, are not kept.
    void keep(store::IssuerId issuer, ByteView serial, std::uint64_t generation, const State& state);
    std::size_t places() const { return places_.size(); }

private:
    static constexpr std::size_t longest_serial = 20; // RFC 5280 4.1.2.2
    struct Place {
        std::uint64_t generation = 0; // nobody's
        store::IssuerId issuer = 0;
        std::array<std::uint8_t, longest_serial> serial{};
        std::uint8_t size = 0;
        State state;
        bool is_of(store::IssuerId other_issuer, ByteView other_serial) const;
    };
    std::size_t first_place_of(store::IssuerId issuer, ByteView serial) const;
    Place& place_for(store::IssuerId issuer, ByteView serial, std::uint64_t generation);
    void grow();

    static constexpr std::size_t ways = 4;
    std::vector<Place> places_; // a power of two, or none
    std::size_t displaced_ = 0; // that were of the same generation, since it has grown
};

} // namespace mtlsca::authority

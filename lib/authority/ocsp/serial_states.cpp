#include "authority/ocsp/serial_states.h"

#include <algorithm>
#include <bit>
#include <span>

namespace mtlsca::authority {
namespace {

constexpr std::size_t places_min = 1024;

} // namespace

bool SerialStates::Place::is_of(store::IssuerId other_issuer, ByteView other_serial) const {
    return issuer == other_issuer && size == other_serial.size() &&
           std::equal(other_serial.begin(), other_serial.end(), serial.begin());
}

// By the last octets, which differ for random serials and for counted ones. Who looks for serials of one sort
// makes their states be read again, as all were before.
std::size_t SerialStates::first_place_of(store::IssuerId issuer, ByteView serial) const {
    std::uint64_t value = 0;
    for (const std::uint8_t octet : serial.last(std::min<std::size_t>(serial.size(), 8)))
        value = value << 8U | octet;
    value = (value ^ static_cast<std::uint64_t>(issuer)) * 0x9e3779b97f4a7c15; // Knuth: 2^64 / golden ratio
    return ways * static_cast<std::size_t>(value >> (64 - std::bit_width(places_.size() / ways - 1)));
}

const SerialStates::State* SerialStates::find(store::IssuerId issuer, ByteView serial,
                                              std::uint64_t generation) const {
    if (places_.empty() || serial.size() > longest_serial)
        return nullptr;
    const std::span<const Place> places = std::span(places_).subspan(first_place_of(issuer, serial), ways);
    for (const Place& place : places)
        if (place.generation == generation && place.is_of(issuer, serial))
            return &place.state;
    return nullptr;
}

// Its own, one that holds nothing of this generation, or another's, of each in turn.
SerialStates::Place& SerialStates::place_for(store::IssuerId issuer, ByteView serial,
                                             std::uint64_t generation) {
    const std::span<Place> places = std::span(places_).subspan(first_place_of(issuer, serial), ways);
    Place* free = nullptr;
    for (Place& place : places) {
        if (place.is_of(issuer, serial))
            return place;
        if (place.generation != generation)
            free = &place;
    }
    return free != nullptr ? *free : places[displaced_++ % ways];
}

// Those that were there are read again, once.
void SerialStates::grow() {
    const std::size_t size = places_.empty() ? places_min : places_.size() * 4;
    places_.clear();
    places_.resize(size);
    displaced_ = 0;
}

void SerialStates::keep(store::IssuerId issuer, ByteView serial, std::uint64_t generation,
                        const State& state) {
    if (serial.size() > longest_serial)
        return;
    if (places_.empty() || (displaced_ >= places_.size() / 8 && places_.size() < places_max))
        grow();
    Place& place = place_for(issuer, serial, generation);
    place.generation = generation;
    place.issuer = issuer;
    std::copy(serial.begin(), serial.end(), place.serial.begin());
    place.size = static_cast<std::uint8_t>(serial.size());
    place.state = state;
}

} // namespace mtlsca::authority

// DER laid out from its end to its beginning, in one buffer that stays: an element's content stands there
// already when its head is written before it, so that nothing is measured, allocated or copied twice. For
// what is made thousands of times a second; elsewhere der.h reads better.
#pragma once

#include "bytes.h"
#include "time.h"

namespace mtlsca::encoding::der {

// What is put stands before all that was put since clear().
class Builder {
public:
    void clear() { begin_ = octets_.size(); }
    std::size_t size() const { return octets_.size() - begin_; }
    ByteView bytes() const { return ByteView(octets_).subspan(begin_); } // until the next call

    void put(ByteView octets);
    void put_element(std::uint8_t tag, ByteView content);
    // Makes one element of all that was put since size() was `content_end`.
    void enclose(std::uint8_t tag, std::size_t content_end);
    void put_generalized_time(Time time);

private:
    std::uint8_t* take(std::size_t size);

    Bytes octets_;
    std::size_t begin_ = 0; // octets_ are free before it
};

} // namespace mtlsca::encoding::der

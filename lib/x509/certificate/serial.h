// Serial numbers as a parameter, so that golden files stay still.
#pragma once

#include "bytes.h"

namespace mtlsca::x509 {

class SerialSource {
public:
    virtual ~SerialSource() = default;
    // 16 random octets, unsigned, the first one not zero: 128 bits (CA/B Forum BR 7.1 wants 64), always 32
    // digits, 17 octets as DER at most (RFC 5280 4.1.2.2 allows 20).
    virtual Bytes next() = 0;
};

// From OpenSSL's private random generator, which is asked for many at once: being asked costs more than
// what it gives. Not for use by several threads at once, nor on both sides of a fork(2).
class RandomSerials final : public SerialSource {
public:
    Bytes next() override;

private:
    Bytes random_; // what is left of it
};

} // namespace mtlsca::x509

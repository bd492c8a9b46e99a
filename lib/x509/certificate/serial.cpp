#include "x509/certificate/serial.h"

#include "x509/openssl.h"

#include <openssl/rand.h>

namespace mtlsca::x509 {

Bytes RandomSerials::next() {
    constexpr std::size_t octets = 16, serials_at_once = 32;
    for (;;) {
        if (random_.empty()) {
            Bytes random(serials_at_once * octets);
            openssl::must(RAND_priv_bytes(random.data(), static_cast<int>(random.size())), "serial number",
                          "no randomness");
            random_ = std::move(random);
        }
        Bytes serial(random_.end() - octets, random_.end());
        random_.resize(random_.size() - octets);
        if (serial[0] != 0)
            return serial;
    }
}

} // namespace mtlsca::x509

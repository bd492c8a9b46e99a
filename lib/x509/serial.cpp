#include "x509/serial.h"

#include "x509/openssl.h"

#include <openssl/rand.h>

namespace mtlsca::x509 {

Bytes RandomSerials::next() {
    Bytes serial(16);
    do {
        openssl::must(RAND_priv_bytes(serial.data(), static_cast<int>(serial.size())), "serial number",
                      "no randomness");
    } while (serial[0] == 0);
    return serial;
}

} // namespace mtlsca::x509

#include "output.h"
#include "run.h"

#include "io/process.h"
#include "x509/wiped_memory.h"

int main(int argc, char** argv) {
    mtlsca::io::harden_process();
    // Not refused: what is preloaded on a machine must not hold back a revocation.
    if (!mtlsca::x509::wipe_what_openssl_frees())
        mtlsca::app::warn(
            "keys and passphrases may stay in memory after use: something that was loaded before "
            "mtlsca uses OpenSSL (LD_PRELOAD, /etc/ld.so.preload)");
    return mtlsca::app::run(argc, argv);
}

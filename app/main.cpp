#include "run.h"

#include "io/process.h"
#include "x509/wiped_memory.h"

int main(int argc, char** argv) {
    mtlsca::io::harden_process();
    mtlsca::x509::wipe_what_openssl_frees();
    return mtlsca::app::run(argc, argv);
}

#include "run.h"

#include "io/process.h"

int main(int argc, char** argv) {
    mtlsca::io::harden_process();
    return mtlsca::app::run(argc, argv);
}

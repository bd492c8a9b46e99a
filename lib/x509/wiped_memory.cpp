#include "x509/wiped_memory.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <malloc.h>
#include <openssl/crypto.h>

namespace mtlsca::x509 {
namespace {

void* allocate(std::size_t size, const char*, int) {
    return size == 0 ? nullptr : std::malloc(size);
}

void wipe_and_free(void* memory, const char*, int) {
    if (memory == nullptr)
        return;
    explicit_bzero(memory, ::malloc_usable_size(memory));
    std::free(memory);
}

// Not realloc(3), which moves and leaves the old place as it was.
void* reallocate(void* memory, std::size_t size, const char* file, int line) {
    void* larger = allocate(size, file, line);
    if (memory == nullptr || (larger == nullptr && size != 0))
        return larger;
    if (larger != nullptr)
        std::memcpy(larger, memory, std::min(size, ::malloc_usable_size(memory)));
    wipe_and_free(memory, file, line);
    return larger;
}

} // namespace

bool wipe_what_openssl_frees() {
    return CRYPTO_set_mem_functions(allocate, reallocate, wipe_and_free) == 1;
}

// A frame of its own, below that of whoever is left. OpenSSL's decoders nest a dozen functions, with arrays
// of 1 KiB (PEM_BUFSIZE) in some.
[[gnu::noinline]] StackWipe::~StackWipe() {
    std::array<char, 64UL * 1024> below;
    explicit_bzero(below.data(), below.size());
}

} // namespace mtlsca::x509

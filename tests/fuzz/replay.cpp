// Stands in for libFuzzer where there is none: every file of the folders, as it is, cut off after each octet,
// and with each octet changed in four ways.
#include "io/file.h"

#include <csignal>
#include <cstdio>
#include <exception>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace mtlsca;

std::size_t runs = 0;

// What a law was broken with: libFuzzer keeps it, too.
ByteView current;
void keep_current(int) {
    constexpr const char* path = "fuzz_broken.bin";
    std::FILE* file = std::fopen(path, "wb");
    if (file != nullptr) {
        std::fwrite(current.data(), 1, current.size(), file);
        std::fclose(file);
        std::fprintf(stderr, "the input is in %s\n", path);
    }
}

void run(ByteView input) {
    ++runs;
    current = input;
    LLVMFuzzerTestOneInput(input.data(), input.size());
}

void replay(Bytes input) {
    run(input);
    for (std::size_t size = 0; size < input.size(); ++size)
        run(ByteView(input).first(size));
    for (std::uint8_t& octet : input)
        for (const int change : {0x01, 0x20, 0x80, 0xff}) {
            const std::uint8_t before = octet;
            octet = static_cast<std::uint8_t>(octet ^ change);
            run(input);
            octet = before;
        }
}

} // namespace

int main(int count, char** arguments) {
    std::signal(SIGABRT, keep_current);
    constexpr std::size_t largest = 1 << 20;
    try {
        for (int i = 1; i < count; ++i)
            for (const auto& entry : std::filesystem::directory_iterator(arguments[i]))
                if (entry.is_regular_file() && entry.path().extension() != ".sh") // its recipe
                    replay(io::read_file(entry.path(), largest));
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "%s\n", problem.what());
        return 1;
    }
    std::printf("%zu runs\n", runs);
    return runs > 0 ? 0 : 1;
}

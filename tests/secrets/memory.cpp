// Preloaded into mtlsca: when the process ends, what its memory holds then is written to the file
// $MTLSCA_TEST_MEMORY: heap, stacks, data of the program and of its libraries, freed or not. Each piece
// behind a line that says where it lay.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace {

constexpr std::size_t longest_line = 512;

// A line of /proc/PID/maps (proc(5)): "START-END rw-p OFFSET DEVICE INODE   PATH".
void save(const char* line, int to) {
    char* rest = nullptr;
    const unsigned long start = std::strtoul(line, &rest, 16);
    const unsigned long end = *rest == '-' ? std::strtoul(rest + 1, &rest, 16) : start;
    // What cannot be written to was not written to. Shared is a file: the database's -shm.
    if (std::strncmp(rest, " rw-p ", 6) != 0 && std::strncmp(rest, " rwxp ", 6) != 0)
        return;
    char head[longest_line + 32];
    const int size = std::snprintf(head, sizeof(head), "\n@@ %lu %s", end - start, line);
    // NOLINTNEXTLINE(performance-no-int-to-ptr): an address of ours, as the kernel tells it
    const auto* bytes = reinterpret_cast<const char*>(start);
    if (::write(to, head, static_cast<std::size_t>(size)) != size)
        ::abort();
    for (std::size_t left = end - start; left > 0;) {
        const ssize_t written = ::write(to, bytes, left);
        if (written <= 0)
            ::abort(); // a test that sees half of it would find nothing there
        bytes += written;
        left -= static_cast<std::size_t>(written);
    }
}

__attribute__((destructor)) void save_memory() {
    const char* path = std::getenv("MTLSCA_TEST_MEMORY");
    const int to = path != nullptr ? ::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
    std::FILE* maps = to >= 0 ? std::fopen("/proc/self/maps", "re") : nullptr;
    if (maps == nullptr)
        return;
    char line[longest_line];
    while (std::fgets(line, sizeof(line), maps) != nullptr)
        save(line, to);
    std::fclose(maps);
    ::close(to);
}

} // namespace

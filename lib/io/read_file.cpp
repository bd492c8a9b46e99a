#include "io/file.h"

#include "error.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mtlsca::io {
namespace {

struct RegularFile {
    Descriptor descriptor;
    std::size_t size;
};

RegularFile open_regular(const Path& path) {
    // O_NONBLOCK: opening a FIFO that nobody writes would hang before anybody could see that it is one.
    Descriptor file = open_at(AT_FDCWD, path, O_RDONLY | O_NONBLOCK);
    if (!file && errno == ENOENT)
        throw Error(Code::not_found, path.string(), "there is no such file", "check the path");
    struct stat status {};
    if (!file || ::fstat(file.number(), &status) != 0)
        fail(path, "open", errno);
    if (!S_ISREG(status.st_mode))
        throw Error(
            Code::refused, path.string(), std::string("is a ") + kind_of(status.st_mode) + ", not a file",
            S_ISFIFO(status.st_mode) ? "give - and pipe the content to standard input" : "give a file");
    return {std::move(file), static_cast<std::size_t>(status.st_size)};
}

[[noreturn]] void fail_too_large(const Path& name, std::size_t max_size) {
    throw Error(Code::refused, name.string(), "is larger than " + std::to_string(max_size) + " bytes",
                "check that it is the file you mean");
}

Bytes read_bounded(int descriptor, const Path& name, std::size_t max_size, std::size_t expected_size) {
    max_size = std::min<std::size_t>(max_size, PTRDIFF_MAX - 1);
    Bytes bytes(std::min(expected_size, max_size) + 1);
    for (std::size_t filled = 0;;) {
        const ssize_t got = read_up_to(descriptor, bytes.data() + filled, bytes.size() - filled);
        if (got < 0)
            fail(name, "read", errno);
        filled += static_cast<std::size_t>(got);
        if (filled > max_size)
            fail_too_large(name, max_size);
        if (filled < bytes.size()) {
            bytes.resize(filled);
            return bytes;
        }
        bytes.resize(std::min(2 * filled, max_size) + 1);
    }
}

} // namespace

Bytes read_file(const Path& path, std::size_t max_size) {
    if (path == "-")
        return read_bounded(STDIN_FILENO, "standard input", max_size, 16UL * 1024);
    const RegularFile file = open_regular(path);
    if (file.size > max_size)
        fail_too_large(path, max_size);
    return read_bounded(file.descriptor.number(), path, max_size, file.size);
}

bool exists(const Path& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0)
        return true;
    if (errno != ENOENT && errno != ENOTDIR)
        fail(path, "look at it", errno);
    return false;
}

MappedFile::MappedFile(const Path& path) {
    const RegularFile file = open_regular(path);
    if (file.size == 0) // mmap(2) refuses to map nothing
        return;
    void* mapped = ::mmap(nullptr, file.size, PROT_READ, MAP_PRIVATE, file.descriptor.number(), 0);
    if (mapped == MAP_FAILED)
        fail(path, "map", errno);
    data_ = mapped;
    size_ = file.size;
}

MappedFile::~MappedFile() {
    if (data_ != nullptr)
        ::munmap(data_, size_);
}

} // namespace mtlsca::io

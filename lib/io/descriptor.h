// What the files of this room share: a file descriptor that closes itself, and calls that don't give up at
// a signal or at half of the bytes. Other rooms use io/file.h.
#pragma once

#include "bytes.h"

#include <filesystem>
#include <utility>

namespace mtlsca::io {

class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { close(); }

    explicit operator bool() const { return number_ >= 0; }
    int number() const { return number_; }
    void close();

private:
    int number_ = -1;
};

std::string reason_of(int problem); // what an errno means, lower case
// Throws Error(failed, path, "cannot DOING: what errno `problem` means"), with what to do about it.
[[noreturn]] void fail(const std::filesystem::path& path, const std::string& doing, int problem);

// openat(2) with O_CLOEXEC and O_NOCTTY; an empty Descriptor and errno where it fails.
Descriptor open_at(int folder, const std::filesystem::path& path, int flags, mode_t mode = 0);
// A folder, to work in it by openat(2) and to sync it. Throws Error(not_found) or Error(failed), with the
// flag O_NOFOLLOW also for a link to one.
Descriptor open_folder(const std::filesystem::path& path, int flags = 0);

// All bytes, or an Error that names `path`.
void write_all(int descriptor, ByteView bytes, const std::filesystem::path& path);
// Up to `size` bytes, fewer only at the end of the file; -1 and errno where it fails.
ssize_t read_up_to(int descriptor, void* to, std::size_t size);
// Its content is on the disk. Throws Error(failed).
void sync(int descriptor, const std::filesystem::path& path);

// The folder that holds `path`, and "." where it names none.
std::filesystem::path folder_of(const std::filesystem::path& path);
// "folder", "FIFO", ... for what is not a regular file.
const char* kind_of(mode_t mode);

} // namespace mtlsca::io

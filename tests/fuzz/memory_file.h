// Octets as a file that can be read from its beginning, for readers that want a path.
#pragma once

#include "law.h"

#include "bytes.h"

#include <string>
#include <sys/mman.h>
#include <unistd.h>

class MemoryFile {
public:
    explicit MemoryFile(mtlsca::ByteView octets) : path_("/proc/self/fd/" + std::to_string(file_)) {
        hold(file_ >= 0 && ::ftruncate(file_, 0) == 0 &&
                 ::pwrite(file_, octets.data(), octets.size(), 0) == static_cast<ssize_t>(octets.size()),
             "no memory for a file");
    }
    ~MemoryFile() { ::close(file_); }
    MemoryFile(const MemoryFile&) = delete;
    const std::string& path() const { return path_; }

private:
    const int file_ = ::memfd_create("input", MFD_CLOEXEC);
    const std::string path_;
};

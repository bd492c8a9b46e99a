#include "io/file.h"

#include "error.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace mtlsca::io {
namespace {

constexpr std::size_t buffer_size = 256UL * 1024;

Descriptor open_nameless(const Path& folder) {
    Descriptor file = open_at(AT_FDCWD, folder, O_TMPFILE | O_RDWR | O_EXCL, 0600);
    // EISDIR is what a kernel says that does not know O_TMPFILE, EOPNOTSUPP a file system (open(2)).
    if (file || (errno != EOPNOTSUPP && errno != EISDIR))
        return file;
    std::string name = folder / ".spool.XXXXXX";
    Descriptor named(::mkostemp(name.data(), O_CLOEXEC)); // 0600 and O_EXCL
    if (named)
        ::unlink(name.c_str());
    return named;
}

} // namespace

Spool::Spool(const Path& folder) : folder_(folder), file_(open_nameless(folder)) {
    if (!file_)
        fail(folder_, "create a temporary file in the folder", errno);
    buffer_.reserve(buffer_size);
}

Spool::~Spool() {
    unmap();
}

void Spool::write(ByteView bytes) {
    unmap();
    if (buffer_.size() + bytes.size() > buffer_size)
        flush();
    if (bytes.size() > buffer_size)
        write_all(file_.number(), bytes, folder_);
    else
        append(buffer_, bytes);
    size_ += bytes.size();
}

ByteView Spool::map() {
    flush();
    if (mapped_ == nullptr && size_ > 0) {
        void* mapped = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, file_.number(), 0);
        if (mapped == MAP_FAILED)
            fail(folder_, "map a temporary file in the folder", errno);
        mapped_ = mapped;
        mapped_size_ = size_;
    }
    return {static_cast<const std::uint8_t*>(mapped_), mapped_size_};
}

void Spool::flush() {
    write_all(file_.number(), buffer_, folder_);
    buffer_.clear();
}

void Spool::unmap() {
    if (mapped_ != nullptr)
        ::munmap(mapped_, mapped_size_);
    mapped_ = nullptr;
    mapped_size_ = 0;
}

} // namespace mtlsca::io

#include "io/input_stream.h"

#include "error.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mtlsca::io {
namespace {

constexpr std::size_t read_bytes = 256UL * 1024;

Descriptor open_input(const Path& path) {
    if (path != "-") {
        Descriptor file = open_at(AT_FDCWD, path, O_RDONLY);
        if (!file && errno == ENOENT)
            throw Error(Code::not_found, path.string(), "is not there", "check the path");
        if (!file)
            fail(path, "open", errno);
        return file;
    }
    Descriptor file(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0));
    if (!file)
        fail("standard input", "read", errno);
    return file;
}

enum class Ready { input, end, nothing };

Ready poll_input(int input, int end, int timeout_ms) {
    pollfd waiting[]{{input, POLLIN, 0}, {end, POLLIN, 0}}; // a negative one is passed over
    while (::poll(waiting, 2, timeout_ms) < 0 && errno == EINTR) {
    }
    return waiting[1].revents != 0 ? Ready::end : waiting[0].revents != 0 ? Ready::input : Ready::nothing;
}

} // namespace

InputStream::InputStream(const Path& path)
    : name_(path == "-" ? "standard input" : path.string()), file_(open_input(path)) {
    struct stat status {};
    if (::fstat(file_.number(), &status) != 0)
        fail(name_, "look at", errno);
    if (S_ISDIR(status.st_mode))
        throw Error(Code::refused, name_, "is a folder");
    if (S_ISREG(status.st_mode))
        size_ = static_cast<std::uint64_t>(status.st_size);
}

bool InputStream::fill() {
    if (at_end_)
        return false;
    if (poll_input(file_.number(), end_, -1) == Ready::end) {
        begin_ = buffer_.size();
        at_end_ = true;
        return false;
    }
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
    begin_ = 0;
    const std::size_t before = buffer_.size();
    buffer_.resize(before + read_bytes);
    // One read, not as many as fill the buffer: somebody may be typing.
    ssize_t count = 0;
    do
        count = ::read(file_.number(), buffer_.data() + before, read_bytes);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        fail(name_, "read", errno);
    buffer_.resize(before + static_cast<std::size_t>(count));
    at_end_ = count == 0;
    return !at_end_;
}

bool InputStream::fill_if_ready() {
    return !at_end_ && poll_input(file_.number(), end_, 0) != Ready::nothing && fill();
}

bool InputStream::has_line(std::size_t max_size) {
    while (!at_end_ && rest().size() <= max_size && as_text(rest()).find('\n') == std::string_view::npos)
        if (!fill_if_ready())
            return at_end_;
    return true;
}

bool InputStream::has(std::size_t size) {
    while (!at_end_ && rest().size() < size)
        if (!fill_if_ready())
            return at_end_;
    return true;
}

ByteView InputStream::peek(std::size_t size) {
    while (rest().size() < size && fill()) {
    }
    return rest().first(std::min(size, rest().size()));
}

bool InputStream::line(std::string& to, std::size_t max_size) {
    std::size_t seen = 0;
    for (;;) {
        const std::string_view rest = as_text(this->rest());
        const std::size_t end = rest.find('\n', seen);
        if (end > max_size && rest.size() > max_size)
            throw Error(Code::refused, name_,
                        "has a line of more than " + std::to_string(max_size) + " bytes");
        if (end != std::string_view::npos || (at_end_ && !rest.empty())) {
            to.assign(rest.substr(0, end));
            const std::size_t taken = std::min(rest.size(), to.size() + 1);
            begin_ += taken;
            position_ += taken;
            if (!to.empty() && to.back() == '\r')
                to.pop_back();
            return true;
        }
        seen = rest.size();
        if (!fill() && begin_ == buffer_.size())
            return false;
    }
}

Bytes InputStream::take(std::size_t size) {
    const ByteView bytes = peek(size);
    if (bytes.size() < size)
        throw Error(Code::refused, name_, "ends in the middle");
    Bytes taken(bytes.begin(), bytes.end());
    begin_ += size;
    position_ += size;
    return taken;
}

void InputStream::skip(std::uint64_t size) {
    while (size > 0) {
        const std::size_t available = peek(1).empty() ? 0 : buffer_.size() - begin_;
        if (available == 0)
            throw Error(Code::refused, name_, "ends in the middle");
        const std::size_t step = static_cast<std::size_t>(std::min<std::uint64_t>(size, available));
        begin_ += step;
        position_ += step;
        size -= step;
    }
}

} // namespace mtlsca::io

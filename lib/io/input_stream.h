// What is read once from the beginning to the end: a file of any size or standard input, in little memory.
#pragma once

#include "io/file.h"

namespace mtlsca::io {

class InputStream {
public:
    // "-" is standard input. Error(not_found) where there is no such file, Error(refused) for a folder.
    explicit InputStream(const Path& path);

    // From then on what is readable there is the end of the input: a signal, while nobody writes
    // (io/interruption.h). What was begun then and is not whole, a line, is dropped.
    void end_when_readable(int descriptor) { end_ = descriptor; }

    // What comes next, without taking it: `size` bytes, fewer only at the end. Valid until the next call.
    ByteView peek(std::size_t size);
    // Whether a line (or one that is too long), or so many bytes, or the end is there, without waiting for
    // it.
    bool has_line(std::size_t max_size);
    bool has(std::size_t size);
    // The next line without its end (LF or CRLF); false at the end. Error(refused) for one of more than
    // `max_size`.
    bool line(std::string& to, std::size_t max_size);
    // Takes `size` bytes; Error(refused) where the end comes first.
    Bytes take(std::size_t size);
    void skip(std::uint64_t size); // likewise

    const std::string& name() const { return name_; }           // for messages
    std::uint64_t position() const { return position_; }        // bytes taken
    std::optional<std::uint64_t> size() const { return size_; } // of a file

private:
    ByteView rest() const { return ByteView(buffer_).subspan(begin_); }
    bool fill();          // more in the buffer, perhaps after a while; false at the end
    bool fill_if_ready(); // the same, and false where that would have to wait
    std::string name_;
    Descriptor file_;
    Bytes buffer_;
    std::size_t begin_ = 0; // of what was not taken, in buffer_
    std::uint64_t position_ = 0;
    std::optional<std::uint64_t> size_;
    int end_ = -1;
    bool at_end_ = false;
};

} // namespace mtlsca::io

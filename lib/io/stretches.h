// Walks over mapped files that are longer than memory should hold: what a walk has left behind is let go.
#pragma once

#include "bytes.h"

#include <functional>

namespace mtlsca::io {

// Hears of each stretch that a walk has left behind. Without one nothing is let go.
using Passed = std::function<void(ByteView)>;

// The pages of a mapped file (MappedFile, Spool::map) leave memory, and come back from the file when somebody
// looks at them again. Nothing else may be given: other memory would be empty afterwards.
void let_go(ByteView mapped);

// The bytes in pieces of a megabyte, each of them passed when the visitor returns.
void for_each_stretch(ByteView bytes, const Passed& passed, const std::function<void(ByteView)>& visitor);

// A walk that reads element by element, and says now and then where it is.
class Trail {
public:
    Trail(const std::uint8_t* start, const Passed& passed) : left_(start), passed_(passed) {}
    void reach(const std::uint8_t* position);

private:
    const std::uint8_t* left_; // everything before it was passed
    const Passed& passed_;
};

} // namespace mtlsca::io

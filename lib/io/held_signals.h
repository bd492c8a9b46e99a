// Signals that wait in a descriptor and do nothing meanwhile; SIGPIPE does nothing either: a reader that has
// gone is an error of write(2) then. Made before any thread, which inherits it. Internal to lib/io.
#pragma once

#include "io/descriptor.h"

#include <csignal>
#include <optional>

namespace mtlsca::io {

class HeldSignals {
public:
    explicit HeldSignals(const sigset_t& wanted);
    HeldSignals(const HeldSignals&) = delete;
    ~HeldSignals(); // those that nobody took act now, but for SIGPIPE

    int descriptor() const { return signals_.number(); } // readable when one has come
    std::optional<int> take();                           // one that has come, without waiting

private:
    sigset_t before_{};
    Descriptor signals_;
};

} // namespace mtlsca::io

// Signals that ask the program to end (SIGINT, SIGTERM, SIGHUP), held back while something must not be left
// half done. What the shell told us to ignore stays ignored.
//
// For the main thread. One inside another leaves the signals to the outer one. Whoever makes one looks at
// signal() between its steps, hands descriptor() to whatever waits long, and ends the program with 128 + the
// signal. SIGPIPE is held back too: a reader of our output that has gone is an error of write(2) then. What
// runs through io/process.h gets these signals as ever.
#pragma once

#include "io/held_signals.h"

#include <chrono>

namespace mtlsca::io {

class Interruption {
public:
    Interruption();
    Interruption(const Interruption&) = delete;
    // A signal that was not looked at acts at the end.

    // The first that came, for good.
    std::optional<int> signal();
    // Readable when a signal came that signal() has not seen yet: a second one may end what the first one
    // began.
    int descriptor() const { return signals_.descriptor(); }
    // Sleeps so long; true at once where a signal came.
    bool wait(std::chrono::milliseconds time);

private:
    HeldSignals signals_;
    std::optional<int> first_;
};

} // namespace mtlsca::io

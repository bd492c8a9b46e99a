// How far a long command is, for people: a bar on a terminal, elsewhere a line every few seconds. On standard
// error.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace mtlsca::app {

class Progress {
public:
    Progress(); // counts from now
    Progress(const Progress&) = delete;
    ~Progress(); // the bar is gone

    // `share` of the whole, 0 to 1, where that is known.
    void show(std::uint64_t rows, std::optional<double> share);
    double seconds() const;

private:
    void clear();
    using Clock = std::chrono::steady_clock;
    const Clock::time_point begun_;
    Clock::time_point shown_;
    const bool has_terminal_;
    bool is_shown_ = false;
};

} // namespace mtlsca::app

#include "progress.h"

#include "output.h"
#include "standard_error.h"

#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <string_view>
#include <unistd.h>

namespace mtlsca::app {
namespace {

constexpr std::chrono::milliseconds on_terminal{100}, elsewhere{5000};
constexpr int bar_cells = 24;

bool is_terminal() {
    const char* terminal = std::getenv("TERM");
    return ::isatty(STDERR_FILENO) != 0 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

std::string bar(double share) {
    const int full = static_cast<int>(share * bar_cells);
    std::string cells;
    for (int i = 0; i < bar_cells; ++i)
        cells += i < full ? "━" : "·";
    return fmt::format("{} {:3.0f} %  ", cells, share * 100);
}

std::string left(double seconds) {
    if (seconds < 60)
        return fmt::format(", {:.0f} s left", seconds);
    return fmt::format(", {:.0f} min left", seconds / 60);
}

} // namespace

Progress::Progress() : begun_(Clock::now()), shown_(begun_), has_terminal_(is_terminal()) {}

Progress::~Progress() {
    clear();
}

double Progress::seconds() const {
    return std::chrono::duration<double>(Clock::now() - begun_).count();
}

void Progress::show(std::uint64_t rows, std::optional<double> share) {
    const auto now = Clock::now();
    if (now - shown_ < (has_terminal_ ? on_terminal : elsewhere))
        return;
    shown_ = now;
    const double passed = seconds();
    std::string text = fmt::format("{} rows, {:.0f}/s", rows, static_cast<double>(rows) / passed);
    if (share && *share > 0.001)
        text += left(passed / *share - passed);
    if (!has_terminal_)
        return note(text);
    is_shown_ = true;
    to_standard_error(fmt::format("\r\x1B[K{}{}", share ? bar(*share) : "", text));
}

void Progress::clear() {
    if (is_shown_)
        to_standard_error("\r\x1B[K");
    is_shown_ = false;
}

} // namespace mtlsca::app

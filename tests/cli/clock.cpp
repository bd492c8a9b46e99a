// A clock that stands still at $NOW ("2026-01-01 00:00:00", UTC), preloaded into every program of a session,
// so that their output is the same every day.
//
// Not libfaketime: below the address sanitizer of clang 14 it waits for itself forever. Hence also no memory,
// no locks and no static state here: the sanitizer asks for the time before it is ready.
#include <cstdlib>
#include <ctime>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

namespace {

// Digits at `text`, which moves behind them and one separator.
long number_at(const char*& text) {
    long number = 0;
    for (; *text >= '0' && *text <= '9'; ++text)
        number = number * 10 + (*text - '0');
    text += *text != '\0' ? 1 : 0;
    return number;
}

// Days since 1970-01-01 in the Gregorian calendar; years begin in March, so that leap days come last.
long days_since_epoch(long year, long month, long day) {
    year -= month <= 2 ? 1 : 0;
    const long day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719468;
}

bool is_stopped(time_t& seconds) {
    const char* text = std::getenv("NOW");
    if (text == nullptr || *text == '\0')
        return false;
    const long year = number_at(text), month = number_at(text), day = number_at(text);
    const long hour = number_at(text), minute = number_at(text), second = number_at(text);
    seconds = ((days_since_epoch(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    return true;
}

} // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) noexcept {
    time_t now = 0;
    const bool is_wall_clock = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
    if (!is_wall_clock || !is_stopped(now))
        return static_cast<int>(::syscall(SYS_clock_gettime, clock, time));
    *time = {now, 0};
    return 0;
}

time_t time(time_t* result) noexcept {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    if (result != nullptr)
        *result = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(timeval* result, void* /*zone*/) noexcept {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    *result = {now.tv_sec, now.tv_nsec / 1000};
    return 0;
}
}

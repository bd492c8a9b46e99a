#include "time.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace std::chrono;

TEST_CASE("durations are a count and one unit") {
    CHECK(parse_duration("90d") == hours(90 * 24));
    CHECK(parse_duration("12h") == hours(12));
    CHECK(parse_duration("30m") == minutes(30));
    CHECK(parse_duration("45s") == seconds(45));
    CHECK(parse_duration("2w") == hours(14 * 24));
    CHECK(parse_duration("1y") == hours(365 * 24));
    CHECK(parse_duration("0s") == seconds(0));
    CHECK(parse_duration("200y") == hours(200 * 365 * 24));
}

TEST_CASE("what is no duration is nothing, never a guess") {
    const auto text = GENERATE("", "d", "90", "-1d", "+1d", " 1d", "1d ", "1 d", "1D", "1.5h", "1h30m",
                               "0x10s", "201y", "99999999999999999999d", "9223372036854775807w", "1e3s");
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
}

TEST_CASE("a duration is written so that it reads back") {
    CHECK(to_string(Duration(7776000)) == "90d");
    CHECK(to_string(Duration(5400)) == "90m");
    CHECK(to_string(Duration(0)) == "0s");
    CHECK(to_string(Duration(61)) == "61s");
    const auto count = GENERATE(take(50, random<std::int64_t>(0, 6'000'000'000)));
    CHECK(parse_duration(to_string(Duration(count))) == Duration(count));
}

TEST_CASE("people read a duration in the largest unit of which there are two, rounded down") {
    CHECK(in_words(seconds(0)) == "0 minutes");
    CHECK(in_words(seconds(59)) == "0 minutes");
    CHECK(in_words(minutes(1)) == "1 minute");
    CHECK(in_words(seconds(119)) == "1 minute");
    CHECK(in_words(minutes(119)) == "119 minutes");
    CHECK(in_words(hours(2)) == "2 hours");
    CHECK(in_words(hours(48) - seconds(1)) == "47 hours");
    CHECK(in_words(hours(48)) == "2 days");
    CHECK(in_words(hours(3650 * 24)) == "3650 days");
}

TEST_CASE("times are read as RFC 3339 says") {
    const Time expected = sys_days(2026y / November / 21) + hours(9) + minutes(30);
    CHECK(parse_time("2026-11-21T09:30:00Z") == expected);
    CHECK(parse_time("2026-11-21t09:30:00z") == expected);
    CHECK(parse_time("2026-11-21 09:30:00Z") == expected);
    CHECK(parse_time("2026-11-21T11:30:00+02:00") == expected);
    CHECK(parse_time("2026-11-21T04:00:00-05:30") == expected);
    CHECK(parse_time("2026-11-21T09:30:00.999Z") == expected);
    CHECK(parse_time("2026-11-21") == Time(sys_days(2026y / November / 21)));
    CHECK(parse_time("2024-02-29T23:59:59Z") == sys_days(2024y / March / 1) - seconds(1));
}

TEST_CASE("what is no time is nothing, never a guess") {
    const auto text =
        GENERATE("", "now", "2026-11-2", "2026-13-01", "2026-02-29", "2026-00-10", "2026/11/21",
                 "2026-11-21T", "2026-11-21T09:30Z", "2026-11-21T09:30:00", "2026-11-21T24:00:00Z",
                 "2026-11-21T09:60:00Z", "2026-11-21T09:30:60Z", "2026-11-21T09:30:00.Z",
                 "2026-11-21T09:30:00+2:00", "2026-11-21T09:30:00+24:00", "2026-11-21T09:30:00ZZ",
                 "2026-11-21X09:30:00Z", "2026-11-21T09-30-00Z", "+026-11-21", "2026-11-21T09:30:00.");
    CAPTURE(text);
    CHECK_FALSE(parse_time(text));
}

TEST_CASE("times are written for machines and for people") {
    const Time time = sys_days(2026y / November / 1) + hours(9) + minutes(5) + seconds(7);
    CHECK(to_rfc3339(time) == "2026-11-01T09:05:07Z");
    CHECK(to_minutes(time) == "2026-11-01 09:05 UTC");
    CHECK(to_rfc3339(Time(seconds(-1))) == "1969-12-31T23:59:59Z");
    CHECK(parse_time(to_rfc3339(time)) == time);
}

TEST_CASE("a fixed clock stands still and the system's is in whole seconds") {
    CHECK(FixedClock(Time(seconds(42))).now() == Time(seconds(42)));
    CHECK(SystemClock().now() > Time(sys_days(2020y / January / 1)));
}

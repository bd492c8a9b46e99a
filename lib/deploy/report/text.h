// Words, numbers and times as a page shows them. Internal to the report.
#pragma once

#include "time.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace mtlsca::deploy::report {

// Any text as the content of an element or of a quoted attribute: control characters and the like are made
// visible, and nothing in it is markup. Templates do the second half themselves: shown() is for them.
std::string html(std::string_view text);
std::string shown(std::string_view text);

std::string number(std::uint64_t value);                                      // "12,345"
std::string date(Time time);                                                  // "2027-02-20"
std::string distance(Time time, Time now);                                    // "in 89 days", "3 hours ago"
std::string count_of(std::uint64_t count, const char* one, const char* many); // "1 entry", "1,200 entries"

} // namespace mtlsca::deploy::report

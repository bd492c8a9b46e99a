// When a certificate is due for its renewal: "33%" of its lifetime remain, or "30d".
#pragma once

#include "time.h"

#include <optional>
#include <string>
#include <string_view>

namespace mtlsca::policy {

class DueTime {
public:
    // A share from 1% to 90% (more would be due as soon as it is issued), or a duration. Empty for any other
    // text.
    static std::optional<DueTime> parse(std::string_view text);
    static DueTime share(int percent) { return DueTime(percent, {}); }

    // How long before its end a certificate with this lifetime is due.
    Duration before_end(Duration lifetime) const;
    bool is_share() const { return percent_ > 0; }
    std::string to_string() const;

private:
    DueTime(int percent, Duration duration) : percent_(percent), duration_(duration) {}
    int percent_; // 0: a duration
    Duration duration_;
};

} // namespace mtlsca::policy

#include "store/inventory/inventory.h"

#include <array>
#include <utility>

namespace mtlsca::store {
namespace {

using Status = Filter::Status;
constexpr std::array<std::pair<Status, const char*>, 5> status_names{{{Status::valid, "valid"},
                                                                      {Status::revoked, "revoked"},
                                                                      {Status::held, "held"},
                                                                      {Status::expired, "expired"},
                                                                      {Status::pending, "pending"}}};

} // namespace

Status status(const Certificate& certificate, Time now) {
    switch (certificate.state) {
    case State::pending:
        return Status::pending;
    case State::revoked:
        return Status::revoked;
    case State::held:
        return Status::held;
    case State::valid:
        break;
    }
    return certificate.not_after < now ? Status::expired : Status::valid;
}

const char* to_string(Status status) {
    for (const auto& [value, name] : status_names)
        if (value == status)
            return name;
    return "";
}

std::optional<Status> parse_status(std::string_view text) {
    for (const auto& [value, name] : status_names)
        if (text == name)
            return value;
    return std::nullopt;
}

} // namespace mtlsca::store

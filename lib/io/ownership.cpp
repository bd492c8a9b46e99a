#include "io/file.h"

#include "error.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <grp.h>
#include <pwd.h>

namespace mtlsca::io {
namespace {

constexpr std::size_t entry_max_bytes = 64UL * 1024; // a group with thousands of members

std::optional<unsigned> parse_number(const std::string& text) {
    unsigned number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    // The last one is -1, which chown(2) takes for "as it is".
    if (problem != std::errc{} || end != text.data() + text.size() || number == ~0U)
        return std::nullopt;
    return number;
}

[[noreturn]] void fail_unknown(const char* kind, const std::string& name, int problem) {
    throw Error(Code::not_found, name,
                std::string("there is no such ") + kind + (problem == 0 ? "" : ": " + reason_of(problem)),
                "create it, or name another");
}

} // namespace

uid_t find_user(const std::string& name) {
    if (const auto number = parse_number(name))
        return *number;
    std::vector<char> buffer(entry_max_bytes);
    passwd entry{};
    passwd* found = nullptr;
    const int problem = ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (found == nullptr)
        fail_unknown("user", name, problem);
    return found->pw_uid;
}

gid_t find_group(const std::string& name) {
    if (const auto number = parse_number(name))
        return *number;
    std::vector<char> buffer(entry_max_bytes);
    group entry{};
    group* found = nullptr;
    const int problem = ::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (found == nullptr)
        fail_unknown("group", name, problem);
    return found->gr_gid;
}

} // namespace mtlsca::io

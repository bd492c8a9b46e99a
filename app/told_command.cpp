#include "told_command.h"

#include "io/interruption.h"

#include <fmt/format.h>

namespace mtlsca::app {
namespace {

constexpr Duration longest_timeout = std::chrono::hours(24); // what waits longer waits for nobody

} // namespace

void add_timeout_option(Options& options, std::optional<Duration>& timeout) {
    options.add("--timeout", timeout, "How long a command may take that is told (default: 5m)");
}

Duration checked_timeout(const std::optional<Duration>& timeout) {
    if (timeout && (*timeout < std::chrono::seconds(1) || *timeout > longest_timeout))
        throw Error(Code::usage, "--timeout", to_string(*timeout) + " is not from 1s to 1d");
    return timeout.value_or(told_command_limit);
}

void run_told_command(const std::string& command, const std::vector<io::Variable>& variables,
                      Duration limit) {
    std::optional<int> status;
    {
        // It is a process group of its own, which no Ctrl-C of the terminal reaches: what asks us to end ends
        // it first.
        const io::Interruption interruption;
        status = io::run_command(command, variables, limit, interruption.descriptor());
    }
    if (!status)
        throw Error(Code::failed, "\"" + command + "\"",
                    fmt::format("did not end within {} and was stopped", to_string(limit)));
    if (*status != 0)
        throw Error(Code::failed, "\"" + command + "\"", fmt::format("ended with {}", *status));
}

} // namespace mtlsca::app

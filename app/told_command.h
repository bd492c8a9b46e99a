// Commands of users that are told of what was done: --on-change, --exec, the reload of a target.
#pragma once

#include "command.h"

#include "io/process.h"

namespace mtlsca::app {

// Longer than what may take its time and comes to an end by itself: a job of systemd (90 s,
// DefaultTimeoutStartSec) or a connection to a host that does not answer (127 s, tcp_syn_retries). What takes
// longer hangs, and would keep every later run from delivering anything.
inline constexpr Duration told_command_limit = std::chrono::minutes(5);

// --timeout; told_command_limit where it is not given. Error(usage) for what is no time to wait.
void add_timeout_option(Options& options, std::optional<Duration>& timeout);
Duration checked_timeout(const std::optional<Duration>& timeout);

// Error(failed) where it does not end with 0, or not in time: then it is ended, and what it started, too. So
// it is when a signal asks us to end, which we do then.
void run_told_command(const std::string& command, const std::vector<io::Variable>& variables,
                      Duration limit = told_command_limit);

} // namespace mtlsca::app

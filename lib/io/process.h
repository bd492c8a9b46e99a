// Other programs, and what a process says about itself.
#pragma once

#include "io/file.h"

#include <chrono>
#include <optional>
#include <utility>

namespace mtlsca::io {

struct Variable {
    std::string name;
    std::string value;
};

// Runs `command` with /bin/sh -c, waits, and returns its exit status (128 + signal where it was killed).
// It gets PATH, HOME, LANG, LC_ALL, TZ and USER of ours plus `variables`, nothing else: passphrases in our
// environment don't reach it. Standard input is /dev/null, its output goes to our standard error, and no
// descriptor of ours is inherited.
int run_command(const std::string& command, const std::vector<Variable>& variables);

// The same, but not for longer than `limit`, nor when `stop_descriptor` becomes readable (-1: none): then it
// and what it started get SIGTERM and, a second later, SIGKILL, and nothing is returned. It is a process
// group of its own.
std::optional<int> run_command(const std::string& command, const std::vector<Variable>& variables,
                               std::chrono::milliseconds limit, int stop_descriptor);

struct CommandOutcome {
    int status = 0;     // as of run_command()
    std::string output; // both outputs together; of more than 64 KiB the end
};

// The same, with what the command prints. Error(failed) also where that cannot be read.
CommandOutcome run_and_read(const std::string& command);

// Who did it, for the audit log: "alice@host", and "root@host (sudo alice)" under sudo.
std::string actor();

// No core files and no tracing by others of the same user (RLIMIT_CORE 0, PR_SET_DUMPABLE 0): keys and
// passphrases live in this process. Also opens the standard descriptors that are closed (as /dev/null), and
// makes a file size limit an error instead of a deadly signal. To be called first in main.
void harden_process();

} // namespace mtlsca::io

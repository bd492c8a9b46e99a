// Where a passphrase comes from: "env:VAR", "file:PATH", "fd:N", "stdin" or "prompt", openssl's spelling.
//
// "pass:..." is refused, because every user of the machine can read it in the list of processes. One
// trailing newline is dropped; what is then empty, holds another newline or a NUL, or is longer than 64 KiB
// is refused. Nothing here ever waits for a terminal that is not there.
#pragma once

#include "bytes.h"

namespace mtlsca::io {

// `what` is for people ("passphrase of the CA's keys"), `option` is what the hint names ("--ca-pass").
// Malformed source: Error(usage), which doesn't repeat it: it may be the passphrase itself. Nothing there,
// unreadable, or no terminal for "prompt": Error(secret).
// `confirm` asks twice at a prompt: for a passphrase that is being set.
Secret read_secret(const std::string& source, const std::string& what, const std::string& option,
                   bool confirm = false);
bool has_terminal(); // "prompt" would work: /dev/tty can be opened and standard error is a terminal

} // namespace mtlsca::io

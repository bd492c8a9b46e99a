// The terminal of the process, to ask for a secret. Other rooms use io/secret_source.h.
#pragma once

#include "io/descriptor.h"

namespace mtlsca::io {

// An empty Descriptor where the process has no terminal that a person sits at.
Descriptor open_terminal();

// Shows `prompt` and reads one line without echo; without its newline. Empty at the end of input. A signal
// that would end the process ends it only after echo is on again.
Secret ask(const Descriptor& terminal, const std::string& prompt);

} // namespace mtlsca::io

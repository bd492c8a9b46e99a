// What was told last on standard error.
#pragma once

#include <string>

namespace mtlsca::app {

const std::string& last_warning(); // of warn() (output.h) in this run; empty: nothing

} // namespace mtlsca::app

#include "standard_error.h"

#include <cstdio>

namespace mtlsca::app {

void to_standard_error(std::string_view text) noexcept {
    static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr));
    std::fflush(stderr);
}

} // namespace mtlsca::app

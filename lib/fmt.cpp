// libfmt's code, compiled into the program. Each command begins with the loader: libstdc++ is a third of its
// work, and is not needed as a shared library once no other shared library brings it (tests/bench/README.md).
// fmt's FMT_HEADER_ONLY would compile all this in each of a hundred files.
#include <fmt/format-inl.h>

FMT_BEGIN_NAMESPACE
namespace detail {

// What format.h declares as instantiated elsewhere. What a newer version declares besides comes from the
// shared library, which stands behind this on the linker's line.
template auto thousands_sep_impl(locale_ref) -> thousands_sep_result<char>;
template auto decimal_point_impl(locale_ref) -> char;

} // namespace detail
FMT_END_NAMESPACE

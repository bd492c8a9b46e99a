#include "io/stretches.h"

#include <algorithm>
#include <sys/mman.h>
#include <unistd.h>

namespace mtlsca::io {
namespace {

constexpr std::size_t stretch_size = 1 << 20; // 1 MiB: a system call for each costs nothing beside the walk

} // namespace

void let_go(ByteView mapped) {
    static const auto page_size = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    if (mapped.empty())
        return;
    // From the start of the first page on: it may have been left half read by the stretch before.
    const std::size_t before = reinterpret_cast<std::uintptr_t>(mapped.data()) % page_size;
    auto* const begin = const_cast<std::uint8_t*>(mapped.data()) - before;
    // A hint: where it fails, the pages stay.
    static_cast<void>(::madvise(begin, before + mapped.size(), MADV_DONTNEED) == 0);
}

void for_each_stretch(ByteView bytes, const Passed& passed, const std::function<void(ByteView)>& visitor) {
    for (std::size_t at = 0; at < bytes.size(); at += stretch_size) {
        const ByteView stretch = bytes.subspan(at, std::min(stretch_size, bytes.size() - at));
        visitor(stretch);
        if (passed)
            passed(stretch);
    }
}

void Trail::reach(const std::uint8_t* position) {
    if (!passed_ || static_cast<std::size_t>(position - left_) < stretch_size)
        return;
    passed_({left_, position});
    left_ = position;
}

} // namespace mtlsca::io

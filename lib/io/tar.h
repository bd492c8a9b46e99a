// The regular files of a tar archive, one after another as they come: what `tar cf -` of GNU, BSD and busybox
// writes (POSIX.1-1988 ustar and what it was extended by). Nothing is ever written to disk, so that a name
// cannot do harm.
#pragma once

#include "io/input_stream.h"

namespace mtlsca::io {

// Waits for a header, or for a line's end, which says as early as can be that this is none.
bool looks_like_tar(InputStream& input);

struct TarMember {
    std::string name;
    Bytes content;
};
// The next regular file; links, folders and extension headers are passed over (whose name is longer than 100
// bytes has it cut off then). Empty at the end. Error(refused) for a damaged archive and for a file of more
// than `max_size`.
std::optional<TarMember> next_tar_member(InputStream& input, std::size_t max_size);

} // namespace mtlsca::io

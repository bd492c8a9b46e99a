// crl/bundle.pem: the CRLs of all CAs that are trusted, in one file, as nginx' ssl_crl wants them.
#pragma once

#include "authority/ca.h"

#include <functional>

namespace mtlsca::authority {

// Where a tier's CRL is read from.
using CrlPath = std::function<io::Path(const Tier&)>;
// Error(failed) where one is missing. In any thread.
void fill_bundle(const Ca& ca, const CrlPath& path_of, io::AtomicFile& bundle);

// From the CRLs that lie beside it.
void write_bundle(const Ca& ca);

// Judged by its size, which costs nothing with a million entries: a run that died may have left one CRL too
// many.
bool is_bundle_whole(const Ca& ca);

} // namespace mtlsca::authority

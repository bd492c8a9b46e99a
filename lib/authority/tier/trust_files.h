// The files that say which CAs there are: what the database says, written out. They follow it, so that a
// command that dies between the two is made good by the next publication.
//
//   NAME.crt            of every CA that is not gone; those of the others stay, for the archive
//   NAME-by-OTHER.crt   further certificates of a CA, by another root (store/issuer/issuers.h)
//   chain.pem           every CA that is trusted, roots last (Ca::certificates)
#pragma once

#include "authority/ca.h"

namespace mtlsca::authority {

// What chain.pem holds.
std::string trust_pem(const Ca& ca);

bool are_trust_files_current(const Ca& ca);
// Those that differ. Wants the CA's lock.
void write_trust_files(const Ca& ca);

} // namespace mtlsca::authority

// ID, as people name a certificate on the command line.
#pragma once

#include "authority/ca.h"

namespace mtlsca::authority {

// A SAN as people type it, as the inventory spells it: "DNS:Example.COM" is "dns:example.com"; without a type
// the bare value.
std::string canonical_san(const std::string& text);

// A serial, "cn:NAME", "san:VALUE", "sha256:HEX", "file:PATH", or a bare NAME.
//
// A name means its one live certificate; where none is live, the one that ever had it. Error(not_found) where
// there is none, and where several fit, with the candidates as findings: nobody revokes the wrong one.
store::Certificate select(Ca& ca, const std::string& id, Time now);
// Each once. All that are wrong are reported at once.
std::vector<store::Certificate> select(Ca& ca, const std::vector<std::string>& ids, Time now);

} // namespace mtlsca::authority

// The inventory row by row, in the four formats of `list`.
#pragma once

#include "session.h"

#include "store/inventory/orphans.h"

namespace mtlsca::app {

using Orphans = std::vector<store::Orphan>;

class InventoryRows {
public:
    virtual ~InventoryRows() = default;
    virtual void add(const store::Certificate& certificate, const Orphans& orphans) = 0;
    virtual void finish() {}
    // Whether anything of the certificate itself, its fingerprint, is shown: it costs a read of its own.
    virtual bool shows_certificates() const { return true; }
};

// By the session's --format, with a column for the reasons where `orphans` are listed. The session must
// outlive it.
std::unique_ptr<InventoryRows> make_inventory_rows(Session& session, Time now, bool orphans);

} // namespace mtlsca::app

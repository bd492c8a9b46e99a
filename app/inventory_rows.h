// The inventory row by row, in the four formats of `list`.
#pragma once

#include "session.h"

namespace mtlsca::app {

class InventoryRows {
public:
    virtual ~InventoryRows() = default;
    virtual void add(const store::Certificate& certificate) = 0;
    virtual void finish() {}
};

// By the session's --format. The session must outlive it.
std::unique_ptr<InventoryRows> make_inventory_rows(Session& session, Time now);

} // namespace mtlsca::app

// The hash of an audit entry, and entries as they are read. Internal to this room.
#pragma once

#include "store/audit/audit.h"
#include "store/connection.h"

namespace mtlsca::store {

inline const Bytes no_audit_hash(32, 0); // before the first entry

Bytes audit_hash(ByteView previous_hash, const AuditEntry& entry);

// A SELECT whose rows audit_entry_of() reads. Two further columns, 8 and 9: whether the entry names a row of
// the inventory, and whether that row is there.
std::string select_audit(std::string_view where);
AuditEntry audit_entry_of(const Statement& row);

} // namespace mtlsca::store

#include "store/versions.h"

#include "store_files.h"

#include <sqlite3.h>

namespace mtlsca::store {

std::string storage_version() {
    return std::string("SQLite ") + sqlite3_libversion();
}

int schema_version() {
    return static_cast<int>(embedded_files.size());
}

} // namespace mtlsca::store

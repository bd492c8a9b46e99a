#pragma once

#include <string>

namespace mtlsca::store {

std::string storage_version(); // "SQLite 3.40.1"
int schema_version();          // the newest that this program knows

} // namespace mtlsca::store

#include "store/maintenance/maintenance.h"

#include "store/connection.h"
#include "store/sqlite/driver.h"

namespace mtlsca::store {

void copy(const Database& database, const io::Path& target) {
    database.connection().copy_to(target);
}

void copy(const io::Path& source, const io::Path& target, std::chrono::milliseconds timeout) {
    sqlite::open_any_version(source, timeout)->copy_to(target);
}

int schema_of(const io::Path& path, std::chrono::milliseconds timeout) {
    return sqlite::schema_of(*sqlite::open_any_version(path, timeout));
}

Upgrade upgrade(const io::Path& path, std::chrono::milliseconds timeout) {
    const auto [from, to] = sqlite::upgrade(path, timeout);
    return {from, to};
}

} // namespace mtlsca::store

// SQLite, the first driver: one file, WAL, any number of processes side by side.
#pragma once

#include "io/file.h"
#include "store/connection.h"

#include <chrono>

namespace mtlsca::store::sqlite {

std::unique_ptr<Connection> create(const io::Path& path);
// What is opened for reading only can also be read where neither the file nor its folder may be written.
std::unique_ptr<Connection> open(const io::Path& path, bool writable, std::chrono::milliseconds timeout);

} // namespace mtlsca::store::sqlite

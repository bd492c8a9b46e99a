// SQLite, the first driver: one file, WAL, any number of processes side by side.
#pragma once

#include "io/file.h"
#include "store/connection.h"

#include <chrono>
#include <utility>

namespace mtlsca::store::sqlite {

std::unique_ptr<Connection> create(const io::Path& path);
// What is opened for reading only can also be read where neither the file nor its folder may be written.
std::unique_ptr<Connection> open(const io::Path& path, bool writable, std::chrono::milliseconds timeout);

// For reading, whatever its version: nothing of this room may ask it anything but these.
std::unique_ptr<Connection> open_any_version(const io::Path& path, std::chrono::milliseconds timeout);
int schema_of(Connection& connection);

// The schemas before and after.
std::pair<int, int> upgrade(const io::Path& path, std::chrono::milliseconds timeout);

// A new file with its final mode, before SQLite sees it. Error(already) where one is.
void make_empty_file(const io::Path& path);

} // namespace mtlsca::store::sqlite

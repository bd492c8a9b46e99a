#include "authority/backup/replacement.h"

#include "authority/backup/backup_folder.h"
#include "store/maintenance/maintenance.h"

#include <array>
#include <set>

namespace mtlsca::authority {
namespace {

// What SQLite keeps beside a database. A log that outlived its database would be taken for the new one's.
constexpr std::array companions{"mtlsca.db-wal", "mtlsca.db-shm", "mtlsca.db-journal"};

// The last one to close a database folds its log in and removes it.
void fold_log_in(const io::Path& home, std::chrono::milliseconds timeout) {
    try {
        store::schema_of(CaFolder{home}.database(), timeout);
    } catch (const Error& error) {
        if (error.code != Code::store)
            throw;
        return; // damaged: kept aside with its log as it is
    }
    if (io::exists(home / companions.front()))
        throw Error(Code::busy, CaFolder{home}.database(), "is open in another process",
                    "stop services and timers that use this CA, then run the command again");
}

void make_second_name(const io::Path& from, const io::Path& to) {
    std::error_code problem;
    std::filesystem::create_hard_link(from, to, problem);
    if (problem)
        throw Error(Code::failed, from,
                    "cannot be kept aside in " + to.parent_path().string() + ": " + problem.message());
}

std::set<std::string> names_to_keep(const io::Path& home, const io::Path& staged) {
    std::set<std::string> names{CaFolder::database_name};
    names.insert(companions.begin(), companions.end());
    for (const io::Path& place : {home, staged})
        for (const std::string& name : files_of_ca(place, true))
            names.insert(name);
    std::erase_if(names, [&home](const std::string& name) { return !io::exists(home / name); });
    return names;
}

io::Mode mode_of(const std::string& name) {
    return name.starts_with("private/") || name == CaFolder::database_name ? io::Mode::private_file
                                                                           : io::Mode::public_file;
}

void put(const io::Path& staged, const io::Path& home, const std::string& name) {
    const io::MappedFile file(staged / name);
    io::write_file(home / name, file.bytes(), mode_of(name));
}

} // namespace

std::optional<io::Path> keep_aside(const io::Path& home, const io::Path& staged, Time time,
                                   std::chrono::milliseconds timeout) {
    if (io::exists(CaFolder{home}.database()))
        fold_log_in(home, timeout);
    const std::set<std::string> names = names_to_keep(home, staged);
    if (names.empty())
        return std::nullopt;
    io::ScratchFolder scratch(home, ".replaced");
    io::make_folder(scratch.path() / "crl", 0755);
    io::make_folder(scratch.path() / "private", 0700);
    for (const std::string& name : names)
        make_second_name(home / name, scratch.path() / name);
    return move_to_timed_name(scratch, home, "replaced-", time);
}

void put_in_place(const io::Path& staged, const io::Path& home) {
    io::make_folder(home / "crl", 0755);
    io::make_folder(home / "private", 0700);
    for (const std::string& name : files_of_ca(staged, true))
        put(staged, home, name);
    for (const char* companion : companions)
        io::remove_file(home / companion);
    put(staged, home, CaFolder::database_name);
}

} // namespace mtlsca::authority

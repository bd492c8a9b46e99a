#include "authority/health/parts.h"

#include "authority/health/leftovers.h"
#include "encoding/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::authority {
namespace {

void examine_permissions(const Examination& examination) {
    for (const Exposure& exposure : exposures(examination.ca))
        examination.add(
            exposure.is_secret || (exposure.taken & 02) != 0 ? Severity::error : Severity::warning,
            "permissions", exposure.path, fmt::format("has mode {:04o}: {}", exposure.mode, exposure.danger),
            fmt::format("mtlsca status --fix, or chmod {} {}", exposure.chmod_words,
                        encoding::shell_word(exposure.path)));
}

// A command that root ran once leaves files that the timer's user cannot write.
void examine_owners(const Examination& examination) {
    const CaFolder& folder = examination.ca.folder();
    const auto home = io::file_state(folder.home / "");
    if (!home)
        return;
    for (const io::Path& path : files_of(examination.ca)) {
        const auto file = io::file_state(path);
        if (!file || file->owner == home->owner)
            continue;
        examination.add(Severity::warning, "owner", path,
                        fmt::format("belongs to {}, the CA's folder to {}, who may not be able to write it",
                                    io::owner_name(file->owner), io::owner_name(home->owner)),
                        fmt::format("chown {} {}", encoding::shell_word(io::owner_name(home->owner)),
                                    encoding::shell_word(path)));
    }
}

void examine_leftovers(const Examination& examination) {
    const std::vector<io::Path> left = leftovers(examination.ca);
    if (!left.empty())
        examination.add(Severity::note, "leftovers", left.front(),
                        fmt::format("and {} more temporary files of commands that died", left.size() - 1),
                        "mtlsca status --fix removes them");
}

// A publication writes each CRL twice, in DER and in the bundle, beside those that are there; the database
// wants some room for its log.
void examine_room(const Examination& examination) {
    const CaFolder& folder = examination.ca.folder();
    const auto room = examination.health.room = io::room(folder.home);
    if (!room)
        return;
    std::uintmax_t publication = 0;
    for (const TierHealth& tier : examination.health.tiers)
        publication += 3 * tier.crl_bytes;         // PEM is a third longer than DER
    constexpr std::uintmax_t log_bytes = 1 << 20;  // the write-ahead log is folded in at 4 MB, or earlier
    constexpr std::uintmax_t free_files_min = 100; // temporary files, certificates, keys
    const std::uintmax_t needed = publication + log_bytes;
    const auto words = [](std::uintmax_t bytes) { return fmt::format("{} MiB", bytes >> 20); };
    const std::string remedy = "free some space: df -h " + encoding::shell_word(folder.home);
    if (room->free_bytes < needed)
        examination.add(
            Severity::error, "disk-full", folder.home,
            fmt::format("{} are free, and the next CRLs need {}", words(room->free_bytes), words(needed)),
            remedy);
    else if (room->free_bytes < 10 * needed)
        examination.add(Severity::warning, "disk-full", folder.home,
                        fmt::format("only {} are free", words(room->free_bytes)), remedy);
    if (room->free_files && *room->free_files < free_files_min)
        examination.add(Severity::error, "disk-full", folder.home,
                        fmt::format("the file system takes only {} more files", *room->free_files),
                        "remove files: df -i " + encoding::shell_word(folder.home));
}

} // namespace

void examine_files(const Examination& examination) {
    examine_permissions(examination);
    examine_owners(examination);
    examine_leftovers(examination);
    examine_room(examination);
}

} // namespace mtlsca::authority

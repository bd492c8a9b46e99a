#include "authority/health/leftovers.h"

#include "authority/crl/publication.h"
#include "io/abandoned.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::authority {
namespace {

constexpr mode_t others_write = 022;
constexpr mode_t others = 077;

std::vector<io::Path> keys(const Ca& ca) {
    std::vector<io::Path> found;
    for (const Tier& tier : ca.tiers())
        if (ca.has_key(tier))
            found.push_back(ca.folder().key(tier.name()));
    return found;
}

// The folder itself, where the CA's is named by a link.
io::Path behind_link(const io::Path& folder) {
    std::error_code problem;
    return std::filesystem::is_symlink(folder, problem) ? std::filesystem::canonical(folder) : folder;
}

class Exposures {
public:
    void look(const io::Path& path, mode_t forbidden, const std::string& danger) {
        const auto state = io::file_state(path);
        if (!state || state->is_link || (state->mode & forbidden) == 0)
            return;
        found.push_back({path, state->mode, state->mode & forbidden, forbidden == others, danger,
                         forbidden == others ? "go-rwx" : "go-w"});
    }
    std::vector<Exposure> found;
};

void remove_leftovers(const Ca& ca, bool pretend, Repair& repair) {
    for (const io::Path& path : leftovers(ca)) {
        if (!pretend) {
            const io::Descriptor folder = io::open_folder(io::folder_of(path));
            if (!io::remove_abandoned(folder.number(), path.filename()))
                continue; // somebody else did, or began to write it again
        }
        repair.done.push_back(path.string() + ": removed, a command that died left it");
    }
}

void take_permissions(const Ca& ca, bool pretend, Repair& repair) {
    for (const Exposure& exposure : exposures(ca)) {
        try {
            if (!pretend)
                io::take_permissions(exposure.path, exposure.taken);
            repair.done.push_back(fmt::format("{}: mode {:04o} in place of {:04o}", exposure.path.string(),
                                              exposure.mode & ~exposure.taken, exposure.mode));
        } catch (const Error& error) {
            repair.failures.push_back({Severity::warning, "permissions", error.object, error.reason});
        }
    }
}

// Only from CRLs that are there and not due: nothing is signed.
void write_missing_bundle(Ca& ca, const Run& run, bool pretend, Repair& repair) {
    const io::Path bundle = ca.folder().bundle();
    if (io::exists(bundle))
        return;
    const bool any_due = std::any_of(ca.tiers().begin(), ca.tiers().end(), [&](const Tier& tier) {
        return Ca::is_trusted(tier) && why_due(ca, tier, run.clock.now(), std::nullopt);
    });
    if (any_due) {
        repair.failures.push_back({Severity::warning, "bundle-missing", bundle,
                                   "was not written, because CRLs have to be signed first: mtlsca crl"});
        return;
    }
    if (!pretend) {
        PublicationOptions options;
        options.if_due = true;
        publish(ca, run, options);
    }
    repair.done.push_back(bundle.string() + ": written from the CRLs that are there");
}

} // namespace

std::vector<Exposure> exposures(const Ca& ca) {
    const CaFolder& folder = ca.folder();
    Exposures exposures;
    for (const io::Path& key : keys(ca))
        exposures.look(key, others, "others than its owner can get at the key");
    exposures.look(folder.private_folder(), others, "others than its owner can get at the keys");
    exposures.look(folder.database(), others_write, "others can change what is revoked");
    exposures.look(folder.settings(), others_write,
                   "others can change what is signed, and which commands are run");
    exposures.look(behind_link(folder.home), others_write,
                   "others can replace the database and the settings");
    exposures.look(folder.crl_folder(), others_write, "others can replace what nginx reads");
    exposures.look(folder.bundle(), others_write, "others can change what nginx reads");
    exposures.look(folder.chain(), others_write, "others can change whom nginx trusts");
    return exposures.found;
}

std::vector<io::Path> files_of(const Ca& ca) {
    const CaFolder& folder = ca.folder();
    std::vector<io::Path> paths{
        folder.settings(),   folder.database(), folder.chain(),      folder.private_folder(),
        folder.crl_folder(), folder.bundle(),   folder.audit_head(), folder.database().string() + "-wal"};
    for (const Tier& tier : ca.tiers())
        for (const io::Path& path : {folder.key(tier.name()), folder.crl(tier.name())})
            paths.push_back(path);
    paths.erase(std::remove_if(paths.begin(), paths.end(),
                               [](const io::Path& path) { return !io::file_state(path).has_value(); }),
                paths.end());
    return paths;
}

std::vector<io::Path> leftovers(const Ca& ca) {
    std::vector<io::Path> found;
    const CaFolder& folder = ca.folder();
    for (const io::Path& place : {folder.home, folder.crl_folder(), folder.private_folder()})
        for (io::Path& path : io::abandoned_files(place))
            found.push_back(std::move(path));
    return found;
}

Repair repair(Ca& ca, const Run& run, bool pretend) {
    Repair repair;
    take_permissions(ca, pretend, repair);
    remove_leftovers(ca, pretend, repair);
    write_missing_bundle(ca, run, pretend, repair);
    return repair;
}

} // namespace mtlsca::authority

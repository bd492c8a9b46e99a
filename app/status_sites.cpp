#include "site_folders.h"
#include "status_views.h"

#include "deploy/nginx/apply/apply.h"
#include "encoding/text.h"

#include <algorithm>

namespace mtlsca::app {
namespace {

namespace nginx = deploy::nginx;

// A site that takes revocation from elsewhere has no copy.
bool differs(const io::Path& copy, const io::Path& original) {
    if (!io::exists(copy) || !io::exists(original))
        return false;
    const io::MappedFile left(copy), right(original);
    return !std::equal(left.bytes().begin(), left.bytes().end(), right.bytes().begin(), right.bytes().end());
}

authority::Symptom symptom(const char* rule, const io::Path& folder, std::string detail, std::string remedy) {
    return {Severity::warning, rule, folder, std::move(detail), std::move(remedy)};
}

void examine_folder(const authority::Ca& ca, const nginx::RememberedFolder& folder,
                    authority::Symptoms& symptoms) {
    const std::string word = encoding::shell_word(folder.folder);
    if (!io::exists(folder.folder)) {
        symptoms.push_back(symptom("site-gone", folder.folder, "was written for nginx and is gone",
                                   "mtlsca nginx site writes it again, the next mtlsca crl forgets it"));
        return;
    }
    if (differs(folder.folder / "bundle.pem", ca.folder().bundle()) ||
        differs(folder.folder / "chain.pem", ca.folder().chain()))
        symptoms.push_back(
            symptom("site-stale", folder.folder,
                    "does not hold the newest CRLs or CAs: the folder could not be renewed",
                    "see who may write it: ls -ld " + word + "; then mtlsca nginx apply " + word));
    else if (!folder.loaded.empty() && !nginx::is_loaded(folder))
        symptoms.push_back(symptom("site-not-loaded", folder.folder, "holds what nginx has not loaded",
                                   "mtlsca nginx apply " + word));
}

} // namespace

void examine_site_folders(const authority::Ca& ca, authority::Symptoms& symptoms) {
    for (const store::SiteFolder& row : store::remembered_sites(ca.database())) {
        try {
            examine_folder(ca, nginx::from_store(row), symptoms);
        } catch (const Error& error) {
            symptoms.push_back(symptom("site-unreadable", row.folder, error.object + ": " + error.reason,
                                       "run mtlsca status as a user who may read it"));
        }
    }
}

} // namespace mtlsca::app

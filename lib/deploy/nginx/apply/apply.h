// Bringing what a CA knows into a running nginx: all of it or nothing.
//
// Each folder is written anew beside itself and judged as `nginx check` judges; the folders change places in
// one step; `nginx -t` reads the real main configuration; nginx is told to reload. Where one of these fails,
// the folders change back, so that what nginx reads next is what it reads now, byte for byte, and nginx never
// stops serving.
#pragma once

#include "deploy/nginx/apply/program.h"
#include "deploy/nginx/check/judge.h"
#include "deploy/nginx/site/files.h"

namespace mtlsca::deploy::nginx {

struct Applied {
    bool changed = false;  // some folder has other files now
    bool reloaded = false; // nginx was told
    // What the check says, in our files and in others': told, and no reason to stop. A folder that nothing
    // includes is among them.
    check::Findings findings;
    std::vector<RememberedFolder> folders; // to be remembered: `loaded` is what nginx reads now
};

// Folders of one target. With `reload` false nginx is not told, and `loaded` stays.
//
// Where nothing differs from what nginx loaded last, nothing is done. Error(refused), with the findings,
// where our files would be worse than those that are there; Error(failed) for the rest; in both cases the old
// state is back. The caller holds the CA's lock, and nobody interrupts this.
Applied apply(std::vector<RememberedFolder> folders, const Source& source, const Program& program,
              bool reload);

// Nothing is known to be missing in nginx: the folder's files are those that it loaded.
bool is_loaded(const RememberedFolder& folder);

} // namespace mtlsca::deploy::nginx

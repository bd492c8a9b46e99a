// What is wrong with a CA's files and can be put right without asking: permissions that are too wide, and
// what commands that died left behind.
#pragma once

#include "authority/ca.h"
#include "io/inspection.h"

namespace mtlsca::authority {

// Something of the CA that others may read or write and must not.
struct Exposure {
    io::Path path;
    mode_t mode = 0;         // as it is
    mode_t taken = 0;        // what of it must go
    bool is_secret = false;  // others may read a key
    std::string danger;      // "others can read the key"
    std::string chmod_words; // "go-rwx"
};
std::vector<Exposure> exposures(const Ca& ca);

// Folders and files that belong to the CA and are there.
std::vector<io::Path> files_of(const Ca& ca);
// Temporary files in its folders whose writers are dead.
std::vector<io::Path> leftovers(const Ca& ca);

// What was put right, a sentence each; with `pretend` what would be. Takes permissions away, removes
// leftovers, and writes the bundle anew from the CRLs that are there. Opens no key, signs nothing, runs
// nothing. What could not be done is a warning in `failures`.
struct Repair {
    std::vector<std::string> done;
    Findings failures;
};
Repair repair(Ca& ca, const Run& run, bool pretend);

} // namespace mtlsca::authority

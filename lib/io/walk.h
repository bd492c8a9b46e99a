// What is in a folder, name after name, and removing all of it. Of our own, because the standard library's
// iterator and remove_all() end the process where memory is short (they allocate in functions that promise
// not to throw, libstdc++ 12), and say nothing of a folder that breaks off in the middle.
#pragma once

#include "io/file.h"

#include <dirent.h>
#include <memory>

namespace mtlsca::io {

// Reads an open folder: what its path names meanwhile makes no difference. In no order; names that come or go
// meanwhile may be told or not.
class FolderWalk {
public:
    // Error(not_found) where there is none, Error(failed) where it may not be read. `flags` as of
    // open_folder().
    explicit FolderWalk(const Path& folder, int flags = 0);
    FolderWalk(Path folder, const Descriptor& open); // `folder` for messages

    // The next entry, "." and ".." left out; false after the last. Error(failed) where the folder cannot be
    // read further.
    bool next();

    const Path& folder() const { return folder_; }
    // Of the entry that next() went to.
    const char* name() const { return entry_->d_name; }
    Path path() const { return folder_ / name(); }
    // Itself: a link to a folder is none. False where it is gone.
    bool is_folder() const;
    // Itself, or what it is a link to.
    bool leads_to_folder() const;

    int number() const { return ::dirfd(stream_.get()); } // of the open folder

private:
    bool is_folder(int flags) const;
    struct Closing {
        void operator()(DIR* stream) const { ::closedir(stream); }
    };
    Path folder_;
    std::unique_ptr<DIR, Closing> stream_;
    const dirent* entry_ = nullptr;
};

// Empty where there is no folder, or one that may not be read.
std::optional<FolderWalk> walk_if_readable(const Path& folder);

// Removes what the path names, and if it is a folder all that is in it; a link is removed, never followed,
// also when it takes a folder's place meanwhile. Not there is fine. Error(failed) names what cannot be
// removed: what is beside it is still there, and the next one may try again. Nothing is synced.
void remove_tree(const Path& path);
// Likewise for destructors: as far as it goes, for the next run removes the rest.
void remove_tree_if_possible(const Path& path) noexcept;

} // namespace mtlsca::io

#include "io/file.h"

#include "error.h"
#include "io/abandoned.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace mtlsca::io {
namespace {

constexpr std::size_t buffer_size = 64UL * 1024;

// The temporaries of one target are numbered, so that what a dead process left is found without reading the
// folder: one with 100,000 certificates would cost more than the writing.
constexpr unsigned most_temporaries = 1000;
// How many numbers in a row must be free before the search for abandoned ones ends. Writers that died
// together leave gaps only where others of them had finished.
constexpr unsigned longest_gap = 8;

std::string temporary_name(const Path& target, unsigned number) {
    // NAME_MAX is 255 bytes, and the parts around NAME are 12 of them.
    constexpr std::size_t longest_name = 243;
    std::array<char, 16> digits{};
    std::snprintf(digits.data(), digits.size(), ".%06u.tmp", number);
    return std::string(".").append(target.filename().string(), 0, longest_name).append(digits.data());
}

bool lock_now(int descriptor) {
    return ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
}

[[noreturn]] void refuse_target(const Path& target, const std::string& reason, const std::string& hint) {
    throw Error(Code::failed, target.string(), reason, hint);
}

[[noreturn]] void fail_exists(const Path& target) {
    throw Error(Code::already, target.string(), "exists already", "choose another name, or move it away");
}

// A link that leads to a device or a pipe, or by way of /proc to whatever is open there: /dev/stdout must
// not become a file because root said "--out /dev/stdout".
void check_link(int folder, const Path& target) {
    std::array<char, 6> text{};
    const ssize_t size = ::readlinkat(folder, target.filename().c_str(), text.data(), text.size());
    struct stat status {};
    const bool leads_nowhere = ::fstatat(folder, target.filename().c_str(), &status, 0) != 0;
    if ((size == 6 && std::string_view(text.data(), 6) == "/proc/") ||
        (!leads_nowhere && !S_ISREG(status.st_mode)))
        refuse_target(target, "is a symbolic link to something that is not a file",
                      "give the path of a file");
}

// What stands at the target, where that is a file that can be replaced and whose mode and owner are kept.
std::optional<struct stat> existing_file(int folder, const Path& target, Mode mode) {
    struct stat status {};
    if (::fstatat(folder, target.filename().c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno != ENOENT)
            fail(target, "look at it", errno);
        return std::nullopt;
    }
    if (S_ISREG(status.st_mode))
        return status;
    if (!S_ISLNK(status.st_mode))
        refuse_target(target, std::string("is a ") + kind_of(status.st_mode) + ", not a file",
                      "give the path of a file");
    if (mode == Mode::private_file)
        refuse_target(target, "is a symbolic link, and secrets are not written through links",
                      "remove the link, or give the path that it leads to");
    check_link(folder, target);
    return std::nullopt;
}

// Owner and group of `existing`, as far as we may. Returns `mode` without what it would then grant to a group
// that is not the one it was meant for.
mode_t adopt_owner(int descriptor, const struct stat& existing, mode_t mode) {
    struct stat status {};
    if (::fchown(descriptor, existing.st_uid, existing.st_gid) != 0)
        static_cast<void>(::fchown(descriptor, static_cast<uid_t>(-1), existing.st_gid) == 0);
    if (::fstat(descriptor, &status) == 0 && status.st_gid == existing.st_gid)
        return mode;
    return mode & (0707 | (mode & 07) << 3);
}

// Its owner would be the new file's, too. In /tmp that may be whoever guessed the name.
void refuse_foreign(int folder, const struct stat& existing, const Path& target) {
    struct stat status {};
    const bool everybody_writes = ::fstat(folder, &status) != 0 || (status.st_mode & S_IWOTH) != 0;
    if (everybody_writes && existing.st_uid != ::geteuid())
        refuse_target(target, "belongs to another user, in a folder where everybody can write",
                      "write the secret into a folder of your own");
}

// As its owner we could not change what belongs to somebody else: only where something differs.
void give_to(int descriptor, std::optional<uid_t> owner, std::optional<gid_t> group, const Path& target) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0)
        fail(target, "look at it", errno);
    const bool is_owners = status.st_uid == owner.value_or(status.st_uid);
    const bool is_groups = status.st_gid == group.value_or(status.st_gid);
    if ((!is_owners || !is_groups) && ::fchown(descriptor, is_owners ? static_cast<uid_t>(-1) : *owner,
                                               is_groups ? static_cast<gid_t>(-1) : *group) != 0)
        fail(target, "give it to its owner and group", errno);
}

// A reader who was let in by an ACL stays in. A file system without ACLs is fine.
void adopt_acl(int folder, const Path& target, int descriptor) {
    constexpr const char* acl = "system.posix_acl_access";
    const Descriptor existing = open_at(folder, target.filename(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    std::array<char, 4096> value{};
    const ssize_t size = existing ? ::fgetxattr(existing.number(), acl, value.data(), value.size()) : -1;
    if (size > 0)
        static_cast<void>(::fsetxattr(descriptor, acl, value.data(), static_cast<std::size_t>(size), 0) == 0);
}

// A large file is on its way to the disk while the rest of it is made: a CRL of a million waits 10 % less.
void write_and_send(const Descriptor& file, ByteView bytes, const Path& target) {
    constexpr off_t stretch = 4 << 20;
    write_all(file.number(), bytes, target);
    const off_t end = ::lseek(file.number(), 0, SEEK_CUR), last = end / stretch;
    // Only begun, and no error is told or forgotten: that is left to the sync at the end.
    if (last != (end - static_cast<off_t>(bytes.size())) / stretch)
        static_cast<void>(
            ::sync_file_range(file.number(), (last - 1) * stretch, stretch, SYNC_FILE_RANGE_WRITE));
}

// Of a private key, too, nothing is to be left in freed memory.
void wipe(Bytes& buffer) {
    if (buffer.empty()) // of which there may be no address to wipe
        return;
    explicit_bzero(buffer.data(), buffer.size());
    buffer.clear();
}

} // namespace

AtomicFile::AtomicFile(Path target, int folder_flags) : target_(std::move(target)) {
    const Path name = target_.filename();
    if (name.empty() || name == "." || name == "..")
        refuse_target(target_, "names no file", "give the path of a file");
    folder_ = open_folder(folder_of(target_), folder_flags);
}

AtomicFile::AtomicFile(Path target, const Placement& placement) : AtomicFile(std::move(target), O_NOFOLLOW) {
    const auto existing = existing_file(folder_.number(), target_, Mode::private_file);
    const auto owner = placement.owner ? placement.owner
                       : existing      ? std::optional(existing->st_uid)
                                       : std::nullopt;
    const auto group = placement.group ? placement.group
                       : existing      ? std::optional(existing->st_gid)
                                       : std::nullopt;
    create_temporary(placement.mode & 0600);
    give_to(file_.number(), owner, group, target_);
    if (::fchmod(file_.number(), placement.mode) != 0)
        fail(temporary_, "set the mode of the file", errno);
    buffer_.reserve(buffer_size);
}

AtomicFile::AtomicFile(Path target, Mode mode) : AtomicFile(std::move(target), 0) {
    const auto existing = existing_file(folder_.number(), target_, mode);
    mode_t bits = existing ? existing->st_mode & 0777 : static_cast<mode_t>(mode);
    if (mode == Mode::private_file)
        bits &= 0700;
    if (mode == Mode::private_file && existing)
        refuse_foreign(folder_.number(), *existing, target_);
    create_temporary(bits & 0600);
    if (existing)
        bits = adopt_owner(file_.number(), *existing, bits);
    if (::fchmod(file_.number(), bits) != 0)
        fail(temporary_, "set the mode of the file", errno);
    if (existing && mode == Mode::public_file)
        adopt_acl(folder_.number(), target_, file_.number());
    buffer_.reserve(buffer_size);
}

AtomicFile::~AtomicFile() {
    wipe(buffer_);
    if (!temporary_name_.empty())
        ::unlinkat(folder_.number(), temporary_name_.c_str(), 0);
}

void AtomicFile::create_temporary(mode_t mode) {
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
    for (unsigned number = 0; number < most_temporaries; ++number) {
        const std::string name = temporary_name(target_, number);
        Descriptor file = open_at(folder_.number(), name, flags, mode);
        int problem = file ? 0 : errno;
        if (problem == EEXIST && remove_abandoned(folder_.number(), name)) {
            file = open_at(folder_.number(), name, flags, mode);
            problem = file ? 0 : errno;
        }
        if (problem == EEXIST)
            continue;
        if (problem != 0)
            fail(target_, "create a temporary file beside it", problem);
        // Before the lock another writer could take the file for abandoned: it may be gone, or going. A file
        // system that has no locks (ENOLCK, EOPNOTSUPP) has nobody who takes files for abandoned either.
        if (!lock_now(file.number()) && errno == EWOULDBLOCK)
            continue;
        errno = 0;
        if (!is_name_of(folder_.number(), name, file.number())) {
            if (errno != 0 && errno != ENOENT) // it would be so with each number, and each would stay there
                fail(target_, "look at a temporary file beside it", errno);
            continue;
        }
        file_ = std::move(file);
        temporary_name_ = name;
        temporary_ = folder_of(target_) / name;
        remove_abandoned_after(number);
        return;
    }
    throw Error(Code::failed, target_.string(), "too many temporary files beside it",
                "remove those whose names begin with ." + target_.filename().string());
}

void AtomicFile::remove_abandoned_after(unsigned number) {
    for (unsigned gap = 0; gap < longest_gap && ++number < most_temporaries;) {
        const std::string name = temporary_name(target_, number);
        const bool is_free = ::faccessat(folder_.number(), name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) != 0;
        gap = is_free ? gap + 1 : 0;
        if (!is_free)
            remove_abandoned(folder_.number(), name);
    }
}

void AtomicFile::write(ByteView bytes) {
    if (buffer_.size() + bytes.size() > buffer_size)
        flush();
    if (bytes.size() > buffer_size)
        write_and_send(file_, bytes, target_);
    else
        append(buffer_, bytes);
}

void AtomicFile::flush() {
    write_and_send(file_, buffer_, target_);
    wipe(buffer_);
}

void AtomicFile::prepare() {
    flush();
    sync(file_.number(), target_);
}

void AtomicFile::commit(FolderSync folder_sync) {
    prepare();
    const int folder = folder_.number();
    if (::renameat(folder, temporary_name_.c_str(), folder, target_.filename().c_str()) != 0)
        fail(target_, "replace", errno);
    let_go(folder_sync);
}

void AtomicFile::commit_new(FolderSync folder_sync) {
    flush();
    sync(file_.number(), target_);
    const int folder = folder_.number();
    const char* from = temporary_name_.c_str();
    const std::string to = target_.filename();
    int problem = ::renameat2(folder, from, folder, to.c_str(), RENAME_NOREPLACE) == 0 ? 0 : errno;
    // Some file systems don't know the flag; link(2) doesn't replace either.
    if (problem == EINVAL || problem == ENOSYS)
        problem = ::linkat(folder, from, folder, to.c_str(), 0) != 0 || ::unlinkat(folder, from, 0) != 0
                      ? errno
                      : 0;
    if (problem == EEXIST)
        fail_exists(target_);
    if (problem != 0)
        fail(target_, "create", problem);
    let_go(folder_sync);
}

// The temporary has become the target.
void AtomicFile::let_go(FolderSync folder) {
    temporary_name_.clear();
    file_ = Descriptor();
    if (folder == FolderSync::now)
        sync(folder_.number(), folder_of(target_));
}

void write_file(const Path& target, ByteView content, Mode mode, FolderSync folder) {
    AtomicFile file(target, mode);
    file.write(content);
    file.commit(folder);
}

void write_new_file(const Path& target, ByteView content, Mode mode, FolderSync folder) {
    if (io::exists(target))
        fail_exists(target);
    AtomicFile file(target, mode);
    file.write(content);
    file.commit_new(folder);
}

} // namespace mtlsca::io

#include "io/lock.h"

#include "error.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <random>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

namespace mtlsca::io {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

bool try_lock(int descriptor, const Path& folder) {
    while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            return false;
        if (errno != EINTR)
            fail(folder, "lock the folder", errno);
    }
    return true;
}

// Until the descriptor is closed: nobody but its holder asks about a lock, and one's own mark is none of
// somebody else's. Where it cannot be said it is not known, that is all.
void say_waiting(int descriptor) {
    struct flock all {};
    all.l_type = F_RDLCK;
    static_cast<void>(::fcntl(descriptor, F_OFD_SETLK, &all) == 0);
}

std::string in_words(std::chrono::milliseconds timeout) {
    if (timeout.count() % 1000 == 0)
        return std::to_string(timeout.count() / 1000) + " s";
    return std::to_string(timeout.count()) + " ms";
}

} // namespace

FolderLock::FolderLock(const Path& folder, std::chrono::milliseconds timeout) : folder_(open_folder(folder)) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    // Pauses that differ from process to process, so that those who wait don't come all at once again and
    // again.
    std::minstd_rand random(static_cast<unsigned>(::getpid()));
    std::uniform_real_distribution<double> jitter(0.5, 1.0);
    constexpr Milliseconds longest_pause{20};
    Milliseconds pause{2};
    while (!try_lock(folder_.number(), folder)) {
        const auto left = deadline - std::chrono::steady_clock::now();
        if (left <= left.zero())
            throw Error(Code::busy, folder.string(),
                        "another command holds its lock (waited " + in_words(timeout) + ")",
                        "wait for it to end, or wait longer with --lock-timeout");
        say_waiting(folder_.number());
        std::this_thread::sleep_for(std::min<Milliseconds>(left, pause * jitter(random)));
        pause = std::min(longest_pause, pause * 1.5);
    }
}

bool FolderLock::is_awaited() const {
    struct flock conflict {};
    conflict.l_type = F_WRLCK; // which who waits would keep us from having
    return ::fcntl(folder_.number(), F_OFD_GETLK, &conflict) == 0 && conflict.l_type != F_UNLCK;
}

} // namespace mtlsca::io

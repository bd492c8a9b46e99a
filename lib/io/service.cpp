#include "io/service.h"

#include "error.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace mtlsca::io {

namespace {

sigset_t wishes() {
    sigset_t signals{};
    ::sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        ::sigaddset(&signals, signal);
    return signals;
}

} // namespace

ServiceSignals::ServiceSignals() : signals_(wishes()) {}

ServiceSignals::Wish ServiceSignals::wait(std::chrono::milliseconds time) {
    pollfd wanted{signals_.descriptor(), POLLIN, 0};
    ::poll(&wanted, 1, static_cast<int>(time.count()));
    const auto arrived = signals_.take();
    if (!arrived)
        return Wish::none;
    return *arrived == SIGHUP ? Wish::reload : Wish::stop;
}

void become_user(const std::string& name) {
    constexpr std::size_t entry_max_bytes = 64UL * 1024;
    std::array<char, entry_max_bytes> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (found == nullptr)
        throw Error(Code::not_found, name, "there is no such user", "create it, or name another");
    if (::getuid() == found->pw_uid && ::geteuid() == found->pw_uid)
        return;
    // The user last: afterwards the others are not allowed. Back is not possible: all three numbers of each
    // kind are set.
    if (::initgroups(name.c_str(), found->pw_gid) != 0 ||
        ::setresgid(found->pw_gid, found->pw_gid, found->pw_gid) != 0 ||
        ::setresuid(found->pw_uid, found->pw_uid, found->pw_uid) != 0)
        throw Error(Code::failed, name, "cannot become this user: " + reason_of(errno),
                    "only root may; or start it as this user");
    ::prctl(PR_SET_DUMPABLE, 0); // another user made it dumpable again: credentials(7)
}

void tell_service_manager(const std::string& state) {
    const char* name = std::getenv("NOTIFY_SOCKET");
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    if (name == nullptr || name[0] == '\0' || std::strlen(name) >= sizeof to.sun_path)
        return;
    std::memcpy(to.sun_path, name, std::strlen(name));
    if (to.sun_path[0] == '@')
        to.sun_path[0] = '\0'; // the abstract namespace, unix(7)
    const Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    // Who does not listen is not told.
    ::sendto(socket.number(), state.data(), state.size(), MSG_NOSIGNAL,
             reinterpret_cast<const sockaddr*>(&to),
             static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + std::strlen(name)));
}

} // namespace mtlsca::io

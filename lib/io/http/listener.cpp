#include "io/http/listener.h"

#include "error.h"

#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace mtlsca::io::http {
namespace {

constexpr std::string_view unix_prefix = "unix:";
constexpr int first_inherited = 3; // SD_LISTEN_FDS_START, sd_listen_fds(3)

[[noreturn]] void fail_to_listen(const std::string& address, int problem) {
    if (problem == EADDRINUSE)
        throw Error(Code::already, address, "somebody listens there already",
                    "end that program, or listen elsewhere");
    throw Error(Code::failed, address, "cannot listen: " + reason_of(problem),
                problem == EACCES ? "ports below 1024 and other folders are for root; --user drops its rights"
                                  : "");
}

void make_ready(int socket) {
    ::fcntl(socket, F_SETFD, FD_CLOEXEC);
    ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
}

std::string shown_address(int socket) {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    const bool is_named = ::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size) == 0;
    if (is_named && storage.ss_family == AF_UNIX)
        return std::string(unix_prefix) + reinterpret_cast<const sockaddr_un&>(storage).sun_path;
    char host[NI_MAXHOST], port[NI_MAXSERV];
    if (!is_named || ::getnameinfo(reinterpret_cast<sockaddr*>(&storage), size, host, sizeof host, port,
                                   sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return "socket"; // of systemd's ListenStream=vsock:…
    const std::string shown = host;
    return (shown.find(':') == std::string::npos ? shown : "[" + shown + "]") + ":" + port;
}

struct HostAndPort {
    std::string host, port;
};

HostAndPort split(const std::string& address) {
    const Error unreadable(Code::usage, address, "is not HOST:PORT, [IPV6]:PORT or unix:PATH",
                           "for this machine only: 127.0.0.1:8889");
    const std::size_t colon = address.rfind(':');
    if (colon == std::string::npos || colon == 0)
        throw unreadable;
    HostAndPort parts{address.substr(0, colon), address.substr(colon + 1)};
    const bool bracketed = parts.host.size() > 2 && parts.host.front() == '[' && parts.host.back() == ']';
    if (bracketed)
        parts.host = parts.host.substr(1, parts.host.size() - 2);
    unsigned port = 0;
    const char* end = parts.port.data() + parts.port.size();
    const auto [rest, problem] = std::from_chars(parts.port.data(), end, port);
    if (problem != std::errc() || rest != end || port > 65535 ||
        (!bracketed && parts.host.find(':') != std::string::npos))
        throw unreadable;
    return parts;
}

Descriptor open_tcp(const std::string& address) {
    const HostAndPort parts = split(address);
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* list = nullptr;
    if (const int problem = ::getaddrinfo(parts.host.c_str(), parts.port.c_str(), &wanted, &list))
        throw Error(Code::failed, address, std::string("no such address: ") + ::gai_strerror(problem));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(list, &::freeaddrinfo);
    Descriptor socket(::socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int yes = 1;
    if (!socket)
        fail_to_listen(address, errno);
    // A restart does not wait for the last one's connections to be forgotten.
    ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    // "[::]" is IPv6 alone, so that "0.0.0.0" may stand beside it.
    if (list->ai_family == AF_INET6)
        ::setsockopt(socket.number(), IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
    if (::bind(socket.number(), list->ai_addr, list->ai_addrlen) != 0)
        fail_to_listen(address, errno);
    return socket;
}

sockaddr_un unix_address(const std::string& address, const Path& path) {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    if (path.native().empty() || path.native().size() >= sizeof to.sun_path)
        throw Error(Code::usage, address, "a socket's path has 1 to 107 bytes", "take a shorter one");
    std::memcpy(to.sun_path, path.c_str(), path.native().size());
    return to;
}

// What a dead process left is nobody's; anything else that has the name stays.
void remove_dead_socket(const std::string& address, const Path& path, const sockaddr_un& to) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0)
        return;
    if (!S_ISSOCK(found.st_mode))
        throw Error(Code::already, address, "there is something else than a socket", "take another path");
    const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (::connect(probe.number(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 &&
        errno == ECONNREFUSED)
        ::unlink(path.c_str());
}

Descriptor open_unix(const std::string& address, const Path& path) {
    const sockaddr_un to = unix_address(address, path);
    remove_dead_socket(address, path, to);
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket || ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
        fail_to_listen(address, errno);
    return socket;
}

// Empty where the variable is not there; it is taken away.
std::string take_variable(const char* name) {
    const char* value = std::getenv(name);
    std::string text = value == nullptr ? "" : value;
    ::unsetenv(name); // NOLINT(concurrency-mt-unsafe): before there are threads
    return text;
}

} // namespace

Listener::Listener(Descriptor socket, std::string name)
    : socket_(std::move(socket)), address_(shown_address(socket_.number())), name_(std::move(name)) {}

Listener::Listener(Listener&& other) noexcept
    : socket_(std::move(other.socket_)), address_(std::move(other.address_)), name_(std::move(other.name_)),
      made_(std::exchange(other.made_, Path())) {}

Listener::~Listener() {
    if (!made_.empty())
        ::unlink(made_.c_str());
}

Listener Listener::open(const std::string& address) {
    const bool is_unix = address.starts_with(unix_prefix);
    const Path path = is_unix ? Path(address.substr(unix_prefix.size())) : Path();
    Listener listener(is_unix ? open_unix(address, path) : open_tcp(address), "");
    listener.made_ = path;
    if (is_unix && ::chmod(path.c_str(), 0666) != 0)
        fail_to_listen(address, errno);
    if (::listen(listener.descriptor(), SOMAXCONN) != 0)
        fail_to_listen(address, errno);
    return listener;
}

std::vector<Listener> inherited_listeners() {
    const std::string process = take_variable("LISTEN_PID"), count = take_variable("LISTEN_FDS");
    std::string names = take_variable("LISTEN_FDNAMES");
    std::vector<Listener> listeners;
    if (process != std::to_string(::getpid()))
        return listeners;
    int wanted = 0;
    std::from_chars(count.data(), count.data() + count.size(), wanted);
    for (int number = first_inherited; number < first_inherited + wanted; ++number) {
        int listens = 0;
        socklen_t size = sizeof listens;
        if (::getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0)
            throw Error(Code::failed, "descriptor " + std::to_string(number),
                        "was handed over by systemd and does not listen",
                        "the socket unit says ListenStream= and Accept=no");
        make_ready(number);
        const std::size_t colon = names.find(':');
        listeners.push_back(Listener(Descriptor(number), names.substr(0, colon)));
        names = colon == std::string::npos ? "" : names.substr(colon + 1);
    }
    return listeners;
}

} // namespace mtlsca::io::http

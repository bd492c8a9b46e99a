// What a new connection with a client certificate and one request cost, at several servers in turn.
//
//   tls_connections SERVER_NAME CLIENT TRUSTED ROUNDS BLOCK_MILLISECONDS SITE=PORT,WORKER_PID…
//
// CLIENT.crt and CLIENT.key are the client's. In each round each server of 127.0.0.1 gets a block of
// connections, one after another and at least three, so that whatever else the machine does meets all of them
// alike. A line of JSON a block: the median of the time of a connection, as the client sees it, and the
// processor time that the server's worker took for one, which other programs do not lengthen by taking turns
// with it.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Session = std::unique_ptr<SSL, decltype(&SSL_free)>;

struct Site {
    std::string name;
    std::uint16_t port;
    std::string worker_pid;
};

void require(bool done, const std::string& what) {
    if (done)
        return;
    const unsigned long code = ERR_get_error();
    throw std::runtime_error(code == 0 ? what : what + ": " + ERR_error_string(code, nullptr));
}

class Socket {
public:
    explicit Socket(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int on = 1;
        require(descriptor_ >= 0, "socket");
        ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        connected_ = ::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    ~Socket() {
        if (descriptor_ >= 0)
            ::close(descriptor_);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    int descriptor() const {
        require(connected_, "connect");
        return descriptor_;
    }

private:
    int descriptor_;
    bool connected_ = false;
};

// A context that resumes nothing and speaks TLS 1.3 only: the handshake in which the cost is judged.
Context client_context(const std::string& client, const char* trusted) {
    Context context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    require(context != nullptr, "SSL_CTX_new");
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    require(SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION) == 1, "TLS 1.3");
    require(SSL_CTX_load_verify_locations(context.get(), trusted, nullptr) == 1, trusted);
    require(SSL_CTX_use_certificate_chain_file(context.get(), (client + ".crt").c_str()) == 1,
            client + ".crt");
    require(SSL_CTX_use_PrivateKey_file(context.get(), (client + ".key").c_str(), SSL_FILETYPE_PEM) == 1,
            client + ".key");
    return context;
}

// Handshake, request, and the answer to its end, which must be a 200: a refusal would be another cost.
double connection_microseconds(SSL_CTX* context, const Site& site, const std::string& server_name) {
    const std::string request = "GET / HTTP/1.1\r\nHost: " + server_name + "\r\nConnection: close\r\n\r\n";
    const auto start = Clock::now();
    const Socket socket(site.port);
    const Session session(SSL_new(context), SSL_free);
    require(session != nullptr && SSL_set_fd(session.get(), socket.descriptor()) == 1, "SSL_new");
    require(SSL_set_tlsext_host_name(session.get(), server_name.c_str()) == 1, "server name");
    require(SSL_set1_host(session.get(), server_name.c_str()) == 1, "server name");
    require(SSL_connect(session.get()) == 1, site.name + ": handshake");
    require(SSL_write(session.get(), request.data(), static_cast<int>(request.size())) > 0, "write");
    std::string answer;
    char bytes[4096];
    for (int count = 0; (count = SSL_read(session.get(), bytes, sizeof bytes)) > 0;)
        answer.append(bytes, static_cast<std::size_t>(count));
    ERR_clear_error();
    const std::chrono::duration<double, std::micro> elapsed = Clock::now() - start;
    if (!answer.starts_with("HTTP/1.1 200 "))
        throw std::runtime_error(site.name + " answers: " + answer.substr(0, answer.find('\r')));
    return elapsed.count();
}

// The kernel counts it in nanoseconds (Documentation/scheduler/sched-stats.rst); clock ticks would be 10 ms.
double processor_microseconds(const Site& site) {
    std::ifstream file("/proc/" + site.worker_pid + "/schedstat");
    double nanoseconds = 0;
    if (!(file >> nanoseconds))
        throw std::runtime_error(site.name + ": no worker " + site.worker_pid);
    return nanoseconds / 1000;
}

void measure_block(SSL_CTX* context, const Site& site, const std::string& server_name, int round,
                   std::chrono::milliseconds block) {
    constexpr std::size_t fewest = 3;
    std::vector<double> times;
    const double processor_before = processor_microseconds(site);
    const auto end = Clock::now() + block;
    while (times.size() < fewest || Clock::now() < end)
        times.push_back(connection_microseconds(context, site, server_name));
    const double processor =
        (processor_microseconds(site) - processor_before) / static_cast<double>(times.size());
    std::sort(times.begin(), times.end());
    std::printf("{\"round\":%d,\"site\":\"%s\",\"connections\":%zu,\"microseconds\":%.1f,"
                "\"worker_microseconds\":%.1f}\n",
                round, site.name.c_str(), times.size(), times[times.size() / 2], processor);
}

Site site_of(const std::string& argument) {
    const auto equals = argument.find('='), comma = argument.find(',');
    if (equals == std::string::npos || comma == std::string::npos || comma < equals)
        throw std::runtime_error(argument + ": expected SITE=PORT,WORKER_PID");
    const int port = std::stoi(argument.substr(equals + 1));
    return {argument.substr(0, equals), static_cast<std::uint16_t>(port), argument.substr(comma + 1)};
}

void run(const std::vector<std::string>& arguments) {
    if (arguments.size() < 6)
        throw std::runtime_error(
            "SERVER_NAME CLIENT TRUSTED ROUNDS BLOCK_MILLISECONDS SITE=PORT,WORKER_PID...");
    const Context context = client_context(arguments[1], arguments[2].c_str());
    const int rounds = std::stoi(arguments[3]);
    const std::chrono::milliseconds block(std::stoi(arguments[4]));
    std::vector<Site> sites;
    for (std::size_t at = 5; at < arguments.size(); ++at)
        sites.push_back(site_of(arguments[at]));
    for (const Site& site : sites) // the first one pays for what is loaded late
        connection_microseconds(context.get(), site, arguments[0]);
    for (int round = 1; round <= rounds; ++round)
        for (const Site& site : sites)
            measure_block(context.get(), site, arguments[0], round, block);
}

} // namespace

int main(int count, char** arguments) {
    try {
        run({arguments + 1, arguments + count});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "tls_connections: %s\n", error.what());
        return 1;
    }
}

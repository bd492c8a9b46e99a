// TCP connections under TLS, with an end to waiting. Internal to lib/x509.
#pragma once

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <utility>

namespace mtlsca::x509::tcp {

// How long all of a conversation may take, and a descriptor (-1: none) that ends it early by becoming
// readable.
class Deadline {
public:
    explicit Deadline(std::chrono::milliseconds time, int stop_descriptor = -1)
        : end_(std::chrono::steady_clock::now() + time), stop_descriptor_(stop_descriptor) {}
    // False where the time is over or the conversation was stopped.
    bool wait_for(int descriptor, short events) const;

private:
    std::chrono::steady_clock::time_point end_;
    int stop_descriptor_;
};

class Socket {
public:
    explicit Socket(int descriptor) : descriptor_(descriptor) {}
    Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Socket(const Socket&) = delete;
    ~Socket();
    int descriptor() const { return descriptor_; }

private:
    int descriptor_;
};

// A name or an address (IPv6 without brackets), and a port. Empty where nobody answers there in time, and
// then `problem` says what is wrong.
std::optional<Socket> connect_to(const std::string& host, const std::string& port, const Deadline& deadline,
                                 std::string& problem);

// Holds SIGPIPE back in this thread during its life: OpenSSL writes with write(2), and a server that has gone
// would otherwise end the program.
class BrokenPipesQuiet {
public:
    BrokenPipesQuiet();
    BrokenPipesQuiet(const BrokenPipesQuiet&) = delete;
    ~BrokenPipesQuiet();

private:
    sigset_t before_{};
};

} // namespace mtlsca::x509::tcp

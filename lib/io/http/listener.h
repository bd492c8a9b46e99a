// Where a server waits for connections: addresses it opens itself, and sockets that systemd has opened for
// it.
#pragma once

#include "io/file.h"

#include <string>
#include <vector>

namespace mtlsca::io::http {

// A socket that listens, non-blocking. A socket of the file system that we made is removed with its Listener.
class Listener {
public:
    // "127.0.0.1:8889", "[::1]:8889", "localhost:8889", or "unix:PATH" for a socket of the file system, which
    // everybody may connect to: whoever may not ask shall not reach its folder. Port 0 is any free one.
    // Error(usage) for another form, Error(already) where somebody listens there, Error(failed) otherwise.
    static Listener open(const std::string& address);

    Listener(Listener&& other) noexcept;
    Listener& operator=(Listener&&) = delete;
    ~Listener();

    int descriptor() const { return socket_.number(); }
    const std::string& address() const { return address_; } // as it really is: "127.0.0.1:41873"
    const std::string& name() const { return name_; }       // systemd's FileDescriptorName=, else empty

private:
    friend std::vector<Listener> inherited_listeners();
    Listener(Descriptor socket, std::string name);
    Descriptor socket_;
    std::string address_, name_;
    Path made_; // in the file system, by us
};

// What systemd handed over (sd_listen_fds(3)); once only: what this process starts does not see them. Empty
// where it did not start us. Error(failed) for what does not listen.
std::vector<Listener> inherited_listeners();

} // namespace mtlsca::io::http

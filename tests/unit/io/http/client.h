// A client of HTTP that does as it is told, well or badly. A minute without an answer fails the test.
#pragma once

#include "io/descriptor.h"

#include <cstring>
#include <netinet/in.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

struct Answer {
    int status = 0;
    std::string head, body;
};

class Client {
public:
    // "127.0.0.1:PORT" or "unix:PATH"
    explicit Client(const std::string& address) {
        const bool is_unix = address.starts_with("unix:");
        socket_ =
            mtlsca::io::Descriptor(::socket(is_unix ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const timeval minute{60, 0};
        ::setsockopt(socket_.number(), SOL_SOCKET, SO_RCVTIMEO, &minute, sizeof minute);
        ::setsockopt(socket_.number(), SOL_SOCKET, SO_SNDTIMEO, &minute, sizeof minute);
        sockaddr_in tcp{};
        tcp.sin_family = AF_INET;
        tcp.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        sockaddr_un local{};
        local.sun_family = AF_UNIX;
        if (is_unix)
            std::strncpy(local.sun_path, address.c_str() + 5, sizeof local.sun_path - 1);
        else
            tcp.sin_port =
                htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
        const void* to = is_unix ? static_cast<const void*>(&local) : &tcp;
        if (::connect(socket_.number(), static_cast<const sockaddr*>(to),
                      is_unix ? sizeof local : sizeof tcp) != 0)
            throw std::runtime_error("cannot connect to " + address);
    }

    // As much as the server takes: it may close meanwhile.
    void send(const std::string& bytes) {
        for (std::size_t sent = 0; sent < bytes.size();) {
            const ssize_t more =
                ::send(socket_.number(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
            if (more <= 0)
                return;
            sent += static_cast<std::size_t>(more);
        }
    }
    void close_writing() { ::shutdown(socket_.number(), SHUT_WR); }

    // The next one, by its Content-Length.
    Answer answer() {
        std::size_t end = std::string::npos;
        while ((end = received_.find("\r\n\r\n")) == std::string::npos)
            if (!receive())
                return {};
        Answer answer;
        answer.head = received_.substr(0, end + 2);
        answer.status = std::stoi(answer.head.substr(9, 3));
        const std::size_t length = answer.head.find("Content-Length: ");
        const std::size_t size =
            length == std::string::npos ? 0 : std::stoul(answer.head.substr(length + 16));
        while (received_.size() < end + 4 + size)
            if (!receive())
                return {};
        answer.body = received_.substr(end + 4, size);
        received_.erase(0, end + 4 + size);
        return answer;
    }

    // Everything until the server closes; throws where it does not.
    std::string rest() {
        while (receive()) {
        }
        return std::exchange(received_, {});
    }
    bool is_closed() { return rest().empty(); }

private:
    bool receive() {
        char buffer[65536];
        const ssize_t got = ::recv(socket_.number(), buffer, sizeof buffer, 0);
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            throw std::runtime_error("the server neither answers nor closes");
        if (got > 0)
            received_.append(buffer, static_cast<std::size_t>(got));
        return got > 0;
    }
    mtlsca::io::Descriptor socket_;
    std::string received_;
};

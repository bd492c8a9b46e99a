// Requests of HTTP at several servers in turn, so that whatever else the machine does meets all of them
// alike.
//
//   http_requests ROUNDS MILLISECONDS CONNECTIONS NAME=PORT,PID,keep|close,RATE,FILE…
//
// FILE holds whole requests, each behind a line with its length; they are sent one after another, round and
// round. In each round each server gets a block of MILLISECONDS. RATE 0: each of CONNECTIONS asks again as
// soon as it is answered. Otherwise so many requests a second are begun, whatever becomes of those before,
// and an answer's time counts from when its request should have begun. A line of JSON a block: what was
// answered and the 99th percentile of an answer's time. Anything but status 200 ends the program.
//
// It never sleeps: a server on the same machine would pay for waking it with each answer, as it does for
// nobody who asks from elsewhere (README.md). So it wants a processor of its own. Each block of a site goes
// on with the request behind the last one of the block before.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <exception>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Moment = Clock::time_point;

void require(bool done, const std::string& what) {
    if (!done)
        throw std::system_error(errno, std::generic_category(), what);
}

struct Site {
    std::string name;
    std::uint16_t port;
    std::string process;
    bool keeps;
    double rate;
    std::vector<std::string> requests;
    std::size_t next = 0; // of the requests
};

std::vector<std::string> read_requests(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::vector<std::string> requests;
    for (std::string length; std::getline(file, length);) {
        std::string request(std::stoul(length), '\0');
        file.read(request.data(), static_cast<std::streamsize>(request.size()));
        requests.push_back(std::move(request));
    }
    require(!requests.empty(), path);
    return requests;
}

Site read_site(const std::string& word) {
    std::vector<std::string> parts;
    std::size_t begin = word.find('=') + 1;
    for (std::size_t comma = 0; parts.size() < 4 && (comma = word.find(',', begin)) != std::string::npos;
         begin = comma + 1)
        parts.push_back(word.substr(begin, comma - begin));
    if (parts.size() < 4)
        throw std::runtime_error(word + ": not NAME=PORT,PID,keep|close,RATE,FILE");
    return {word.substr(0, word.find('=')),
            static_cast<std::uint16_t>(std::stoi(parts[0])),
            parts[1],
            parts[2] == "keep",
            std::stod(parts[3]),
            read_requests(word.substr(begin)),
            0};
}

// Of all threads together: what each has run so far stands first in its schedstat, in nanoseconds.
double processor_seconds(const std::string& process) {
    double sum = 0;
    for (const auto& thread : std::filesystem::directory_iterator("/proc/" + process + "/task")) {
        double nanoseconds = 0;
        std::ifstream(thread.path() / "schedstat") >> nanoseconds;
        sum += nanoseconds / 1e9;
    }
    return sum;
}

// One connection, and what it has received of an answer.
struct Connection {
    int socket = -1;
    Moment due; // when its request was to begin
    std::string received;
};

class Block {
public:
    Block(Site& site, int connections)
        : site_(site), connections_(static_cast<std::size_t>(connections)),
          epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
        require(epoll_ >= 0, "epoll");
        if (site.keeps)
            for (Connection& each : connections_)
                open(each);
    }
    Block(const Block&) = delete;
    ~Block() {
        for (const Connection& each : connections_)
            if (each.socket >= 0)
                ::close(each.socket);
        ::close(epoll_);
    }

    void run(int round, std::chrono::milliseconds time) {
        const double processor_before = processor_seconds(site_.process);
        const Moment begin = Clock::now(), end = begin + time;
        for (Connection& each : connections_)
            idle_.push_back(&each);
        for (Moment now = begin; now < end; now = Clock::now()) {
            begin_requests(begin, now);
            receive();
        }
        const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
        if (times_.empty())
            throw std::runtime_error(site_.name + " answers nothing");
        std::sort(times_.begin(), times_.end());
        std::printf("{\"name\":\"%s\",\"round\":%d,\"answers\":%zu,\"seconds\":%.6f,\"processor_seconds\":%."
                    "6f,\"p99_milliseconds\":%.4f}\n",
                    site_.name.c_str(), round, times_.size(), seconds,
                    processor_seconds(site_.process) - processor_before, times_[times_.size() * 99 / 100]);
    }

private:
    void open(Connection& connection) {
        connection.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(site_.port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int on = 1;
        ::setsockopt(connection.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        require(::connect(connection.socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0,
                site_.name);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = &connection;
        require(::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.socket, &event) == 0, "epoll");
    }

    void begin_requests(Moment begin, Moment now) {
        while (!idle_.empty()) {
            Moment due = now;
            if (site_.rate > 0) {
                due = begin + std::chrono::duration_cast<Clock::duration>(
                                  std::chrono::duration<double>(static_cast<double>(begun_) / site_.rate));
                if (due > now)
                    return;
            }
            Connection& each = *idle_.front();
            idle_.pop_front();
            if (!site_.keeps)
                open(each);
            each.due = due;
            const std::string& request = site_.requests[site_.next];
            site_.next = (site_.next + 1) % site_.requests.size();
            ++begun_;
            require(::send(each.socket, request.data(), request.size(), MSG_NOSIGNAL) ==
                        static_cast<ssize_t>(request.size()),
                    site_.name);
        }
    }

    void receive() {
        epoll_event events[64];
        const int count = ::epoll_wait(epoll_, events, 64, 0);
        for (int i = 0; i < count; ++i) {
            Connection& each = *static_cast<Connection*>(events[i].data.ptr);
            char buffer[16384];
            const ssize_t got = ::recv(each.socket, buffer, sizeof buffer, 0);
            require(got >= 0, site_.name);
            each.received.append(buffer, static_cast<std::size_t>(got));
            if (is_whole(each.received, got == 0))
                finish(each);
            else if (got == 0)
                throw std::runtime_error(site_.name + " closed before its answer: " + each.received);
        }
    }

    // By its Content-Length, or where it has none by the end of the connection.
    static bool is_whole(const std::string& answer, bool is_end) {
        const std::size_t head = answer.find("\r\n\r\n");
        if (head == std::string::npos)
            return false;
        const char* length = ::strcasestr(answer.c_str(), "\r\ncontent-length:");
        if (length == nullptr)
            return is_end;
        return answer.size() >= head + 4 + std::strtoul(length + 17, nullptr, 10);
    }

    void finish(Connection& each) {
        if (each.received.compare(8, 5, " 200 ") != 0)
            throw std::runtime_error(site_.name + " answers " + each.received.substr(0, 100));
        times_.push_back(std::chrono::duration<double, std::milli>(Clock::now() - each.due).count());
        each.received.clear();
        if (!site_.keeps)
            ::close(std::exchange(each.socket, -1));
        idle_.push_back(&each);
    }

    Site& site_;
    std::vector<Connection> connections_;
    int epoll_;
    std::deque<Connection*> idle_;
    std::size_t begun_ = 0;
    std::vector<double> times_; // milliseconds
};

} // namespace

int main(int count, char** words) {
    try {
        if (count < 5)
            throw std::runtime_error("ROUNDS MILLISECONDS CONNECTIONS NAME=PORT,PID,keep|close,RATE,FILE…");
        std::vector<Site> sites;
        for (int i = 4; i < count; ++i)
            sites.push_back(read_site(words[i]));
        for (int round = 1; round <= std::stoi(words[1]); ++round)
            for (Site& site : sites)
                Block(site, std::stoi(words[3])).run(round, std::chrono::milliseconds(std::stoi(words[2])));
        return 0;
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "http_requests: %s\n", problem.what());
        return 1;
    }
}

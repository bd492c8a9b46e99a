// One thread's connections, and the loop that drives them. Internal to this folder.
#pragma once

#include "io/http/library.h"
#include "io/http/server.h"

#include <atomic>
#include <list>
#include <mutex>

namespace mtlsca::io::http {

class Worker {
public:
    // `stop` is readable when it is time to stop. `connections` is this worker's share.
    Worker(const std::vector<const Listener*>& listeners, std::unique_ptr<Handler> handler,
           const Limits& limits, unsigned connections, int stop);
    Worker(const Worker&) = delete;
    ~Worker();

    void run(); // until it was told to stop and everything is answered

    // From other threads.
    void exchange(std::unique_ptr<Handler> handler);
    void add_to(Counters& sum) const;

private:
    using Moment = std::chrono::steady_clock::time_point;
    struct Connection {
        int socket;
        Moment since; // its start, or its last answer
        bool is_answering = false;
        bool is_cut_off = false; // what MHD has still to notice
        std::uint64_t body_size = 0;
        Bytes body;
        std::list<Connection>::iterator place;
    };
    using Daemon = std::unique_ptr<MHD_Daemon, void (*)(MHD_Daemon*)>;

    // What MHD calls; nothing may be thrown through it.
    static void on_connection(void* worker, MHD_Connection* connection, void** context,
                              MHD_ConnectionNotificationCode what) noexcept;
    static MHD_Result on_request(void* worker, MHD_Connection* connection, const char* path,
                                 const char* method, const char* version, const char* data, std::size_t* size,
                                 void** request) noexcept;
    static void on_completed(void* worker, MHD_Connection* connection, void** request,
                             MHD_RequestTerminationCode why) noexcept;

    Daemon start(const Listener& listener);
    Connection& begin_connection(int socket);
    MHD_Result begin_request(MHD_Connection* connection, Connection& at);
    void take_body(Connection& at, ByteView more) const;
    MHD_Result answer(MHD_Connection* connection, const Connection& at, const char* path, const char* method);
    MHD_Result send(MHD_Connection* connection, const Response& response) const;
    std::string_view header(MHD_Connection* connection, const char* name) const;

    int milliseconds_to_wait() const;
    void take_exchanged_handler();
    void cut_off(std::list<Connection>::iterator connection);
    void cut_off_late();
    void cut_off_idle();
    void begin_to_stop();

    const Library& library_;
    const Limits limits_;
    const unsigned connection_limit_;
    const int stop_;
    std::unique_ptr<Handler> handler_;
    Moment now_;
    std::list<Connection> open_;    // by `since`, the oldest first
    std::list<Connection> cut_off_; // shut down, MHD will close them
    bool is_stopping_ = false;
    std::mutex exchanging_;
    std::unique_ptr<Handler> next_handler_;
    std::atomic<bool> is_handler_new_{false};
    std::atomic<std::uint64_t> accepted_{0}, open_count_{0}, timed_out_{0}, displaced_{0}, failures_{0};
    std::vector<Daemon> daemons_; // last, because stopping them calls back
};

} // namespace mtlsca::io::http

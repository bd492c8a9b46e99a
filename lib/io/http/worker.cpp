#include "io/http/worker.h"

#include "error.h"

#include <algorithm>
#include <charconv>
#include <poll.h>
#include <sys/socket.h>

namespace mtlsca::io::http {
namespace {

// MHD takes several connections before the oldest ones, shut down meanwhile, are closed.
constexpr unsigned connections_of_one_round = 32;
// How often connections are looked at that have taken too long.
constexpr int sweep_milliseconds = 1000;
// Who sends more than is taken hears of it after having sent it, for a client that is still writing misses an
// answer. Beyond this it is cut off.
constexpr std::uint64_t largest_body_heard_out = 4U << 20U;

std::uint64_t number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [rest, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc::result_out_of_range ? UINT64_MAX : value;
}

Response too_large() {
    return {MHD_HTTP_CONTENT_TOO_LARGE, {{"Connection", "close"}}, {}};
}

} // namespace

Worker::Worker(const std::vector<const Listener*>& listeners, std::unique_ptr<Handler> handler,
               const Limits& limits, unsigned connections, int stop)
    : library_(library()), limits_(limits), connection_limit_(connections), stop_(stop),
      handler_(std::move(handler)), now_(std::chrono::steady_clock::now()) {
    for (const Listener* listener : listeners)
        daemons_.push_back(start(*listener));
}

Worker::~Worker() = default;

Worker::Daemon Worker::start(const Listener& listener) {
    MHD_Daemon* daemon = library_.start_daemon(
        MHD_USE_EPOLL, 0, nullptr, nullptr, &Worker::on_request, this, MHD_OPTION_LISTEN_SOCKET,
        listener.descriptor(), MHD_OPTION_CONNECTION_LIMIT, connection_limit_ + connections_of_one_round,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, limits_.head_bytes, MHD_OPTION_NOTIFY_CONNECTION,
        &Worker::on_connection, this, MHD_OPTION_NOTIFY_COMPLETED, &Worker::on_completed, this,
        MHD_OPTION_END);
    if (daemon == nullptr)
        throw Error(Code::failed, listener.address(), "cannot be served");
    return {daemon, [](MHD_Daemon* started) {
                library().quiesce_daemon(started); // else it closes the listening socket, which is shared
                library().stop_daemon(started);
            }};
}

void Worker::on_connection(void* worker, MHD_Connection* connection, void** context,
                           MHD_ConnectionNotificationCode what) noexcept {
    Worker& self = *static_cast<Worker*>(worker);
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const auto* info = self.library_.get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        try {
            *context = &self.begin_connection(info->connect_fd);
        } catch (const std::bad_alloc&) {
            *context = nullptr; // on_request lets it go
        }
    } else if (auto* at = static_cast<Connection*>(*context)) {
        (at->is_cut_off ? self.cut_off_ : self.open_).erase(at->place);
        self.open_count_.store(self.open_.size(), std::memory_order_relaxed);
    }
}

Worker::Connection& Worker::begin_connection(int socket) {
    if (open_.size() >= connection_limit_) {
        displaced_.fetch_add(1, std::memory_order_relaxed);
        cut_off(open_.begin());
    }
    Connection& at = open_.emplace_back(Connection{socket, now_, false, false, 0, {}, {}});
    at.place = std::prev(open_.end());
    accepted_.fetch_add(1, std::memory_order_relaxed);
    open_count_.store(open_.size(), std::memory_order_relaxed);
    return at;
}

MHD_Result Worker::on_request(void* worker, MHD_Connection* connection, const char* path, const char* method,
                              const char*, const char* data, std::size_t* size, void** request) noexcept {
    Worker& self = *static_cast<Worker*>(worker);
    auto* at = static_cast<Connection*>(*request);
    try {
        if (at == nullptr) {
            const auto* info =
                self.library_.get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
            at = static_cast<Connection*>(info->socket_context);
            *request = at;
            return at == nullptr ? MHD_NO : self.begin_request(connection, *at);
        }
        if (*size == 0)
            return self.answer(connection, *at, path, method);
        self.take_body(*at, as_bytes({data, *size}));
        *size = 0;
        return at->body_size > largest_body_heard_out ? MHD_NO : MHD_YES;
    } catch (...) {
        return MHD_NO; // no memory: the connection is closed
    }
}

MHD_Result Worker::begin_request(MHD_Connection* connection, Connection& at) {
    at.is_answering = true;
    const std::uint64_t announced = number(header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH));
    const bool asks_first = !header(connection, MHD_HTTP_HEADER_EXPECT).empty();
    if (announced > largest_body_heard_out || (announced > limits_.body_bytes && asks_first))
        return send(connection, too_large());
    return MHD_YES;
}

void Worker::take_body(Connection& at, ByteView more) const {
    at.body_size += more.size();
    if (at.body_size <= limits_.body_bytes)
        append(at.body, more);
    else
        at.body = Bytes();
}

MHD_Result Worker::answer(MHD_Connection* connection, const Connection& at, const char* path,
                          const char* method) {
    if (at.body_size > limits_.body_bytes)
        return send(connection, too_large());
    Request request;
    request.method = method;
    request.path = path;
    request.content_type = header(connection, MHD_HTTP_HEADER_CONTENT_TYPE);
    request.if_none_match = header(connection, MHD_HTTP_HEADER_IF_NONE_MATCH);
    request.body = at.body;
    Response response;
    try {
        response = handler_->answer(request);
    } catch (...) {
        failures_.fetch_add(1, std::memory_order_relaxed);
        response = {MHD_HTTP_INTERNAL_SERVER_ERROR, {}, {}};
    }
    if (is_stopping_)
        response.headers.push_back({"Connection", "close"});
    return send(connection, response);
}

MHD_Result Worker::send(MHD_Connection* connection, const Response& response) const {
    const std::unique_ptr<MHD_Response, decltype(library_.destroy_response)> made(
        library_.create_response_from_buffer(
            response.body.size(),
            const_cast<void*>(static_cast<const void*>(response.body.data())), // is copied
            MHD_RESPMEM_MUST_COPY),
        library_.destroy_response);
    if (made == nullptr)
        return MHD_NO;
    for (const Header& each : response.headers)
        if (library_.add_response_header(made.get(), each.name, each.value.c_str()) != MHD_YES)
            return MHD_NO;
    return library_.queue_response(connection, response.status, made.get());
}

std::string_view Worker::header(MHD_Connection* connection, const char* name) const {
    const char* value = library_.lookup_connection_value(connection, MHD_HEADER_KIND, name);
    return value == nullptr ? "" : value;
}

void Worker::on_completed(void* worker, MHD_Connection*, void** request,
                          MHD_RequestTerminationCode) noexcept {
    Worker& self = *static_cast<Worker*>(worker);
    auto* at = static_cast<Connection*>(*request);
    if (at == nullptr)
        return;
    at->is_answering = false;
    at->body_size = 0;
    at->body = Bytes();
    at->since = self.now_;
    if (!at->is_cut_off)
        self.open_.splice(self.open_.end(), self.open_, at->place);
}

// MHD notices at its next look, and closes it.
void Worker::cut_off(std::list<Connection>::iterator connection) {
    connection->is_cut_off = true;
    cut_off_.splice(cut_off_.end(), open_, connection);
    open_count_.store(open_.size(), std::memory_order_relaxed);
    ::shutdown(connection->socket, SHUT_RDWR);
}

void Worker::cut_off_late() {
    while (!open_.empty() && now_ - open_.front().since > limits_.time) {
        timed_out_.fetch_add(1, std::memory_order_relaxed);
        cut_off(open_.begin());
    }
}

void Worker::cut_off_idle() {
    for (auto each = open_.begin(); each != open_.end();)
        if (const auto connection = each++; !connection->is_answering)
            cut_off(connection);
}

void Worker::begin_to_stop() {
    is_stopping_ = true;
    for (const Daemon& daemon : daemons_) {
        library_.run(daemon.get()); // what has come already
        library_.quiesce_daemon(daemon.get());
    }
}

int Worker::milliseconds_to_wait() const {
    unsigned long long least = sweep_milliseconds, wanted = 0;
    for (const Daemon& daemon : daemons_)
        if (library_.get_timeout(daemon.get(), &wanted) == MHD_YES)
            least = std::min(least, wanted);
    return static_cast<int>(least);
}

void Worker::run() {
    std::vector<pollfd> waiting;
    for (const Daemon& daemon : daemons_)
        waiting.push_back(
            {library_.get_daemon_info(daemon.get(), MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd, POLLIN, 0});
    waiting.push_back({stop_, POLLIN, 0});
    Moment last_sweep = now_, end = Moment::max();
    while (now_ < end && !(is_stopping_ && open_.empty())) {
        const int wait = milliseconds_to_wait();
        ::poll(waiting.data(), waiting.size(), wait);
        now_ = std::chrono::steady_clock::now();
        take_exchanged_handler();
        handler_->begin_round();
        for (std::size_t i = 0; i < daemons_.size(); ++i)
            if (wait == 0 || waiting[i].revents != 0)
                library_.run(daemons_[i].get());
        handler_->end_round();
        if (now_ - last_sweep >= std::chrono::milliseconds(sweep_milliseconds)) {
            cut_off_late();
            last_sweep = now_;
        }
        if (waiting.back().revents != 0) {
            begin_to_stop();
            end = now_ + limits_.drain;
            waiting.pop_back();
            waiting.push_back({-1, 0, 0});
        }
        if (is_stopping_)
            cut_off_idle();
    }
}

void Worker::exchange(std::unique_ptr<Handler> handler) {
    const std::lock_guard<std::mutex> locked(exchanging_);
    next_handler_ = std::move(handler);
    is_handler_new_.store(true, std::memory_order_release);
}

void Worker::take_exchanged_handler() {
    if (!is_handler_new_.exchange(false, std::memory_order_acquire))
        return;
    const std::lock_guard<std::mutex> locked(exchanging_);
    if (next_handler_)
        handler_ = std::move(next_handler_);
}

void Worker::add_to(Counters& sum) const {
    sum.accepted += accepted_.load(std::memory_order_relaxed);
    sum.open += open_count_.load(std::memory_order_relaxed);
    sum.timed_out += timed_out_.load(std::memory_order_relaxed);
    sum.displaced += displaced_.load(std::memory_order_relaxed);
    sum.failures += failures_.load(std::memory_order_relaxed);
}

} // namespace mtlsca::io::http

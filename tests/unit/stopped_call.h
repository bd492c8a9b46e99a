// A system call that is stopped when it comes, so that the test can do meanwhile what another process would
// have to do in that very microsecond. Then it goes on, or has what the test answers in place of the kernel
// (seccomp_unotify(2), Linux 5.5). In a thread of its own, as in failing_call.h.
#pragma once

#include "child.h"
#include "failing_call.h"
#include "io/descriptor.h"

#include <future>
#include <poll.h>
#include <sys/ioctl.h>

struct StoppedCall {
    long number; // SYS_…
    std::optional<FailingCall::Argument> only_with = std::nullopt;
    unsigned which = 1;                      // of those that come
    std::optional<long> also = std::nullopt; // another number of it, whatever the arguments
};

// What becomes of it: by default it goes on.
struct Instead {
    int problem = 0; // errno
    std::optional<long> value = std::nullopt;
};

// From now on, in this thread. Returns where the calls are told.
inline int listen_for(const StoppedCall& call) {
    auto filter = filter_of(call, SECCOMP_RET_USER_NOTIF);
    const sock_fprog program{filter.size(), filter.data()};
    const bool may = ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    const long listener =
        may ? ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program)
            : -1;
    if (listener < 0)
        throw std::runtime_error("cannot stop system calls (seccomp)");
    return static_cast<int>(listener);
}

// Takes one that has come. `meanwhile` (const seccomp_data&) → Instead, which must not throw.
template <class Meanwhile>
void answer_call(int listener, bool is_stopped, const Meanwhile& meanwhile) {
    seccomp_notif told{};
    if (::ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &told) != 0)
        return; // its thread is gone
    const Instead instead = is_stopped ? meanwhile(told.data) : Instead{};
    seccomp_notif_resp answer{};
    answer.id = told.id;
    answer.error = -instead.problem;
    answer.val = instead.value.value_or(0);
    if (instead.problem == 0 && !instead.value)
        answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    ::ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

// Runs `work`, and `meanwhile` while the call is stopped. What `work` throws comes out. Returns how many such
// calls came.
template <class Meanwhile, class Work>
unsigned while_stopping(const StoppedCall& call, const Meanwhile& meanwhile, const Work& work) {
    std::promise<int> listening;
    std::exception_ptr thrown;
    Pipe end;
    std::thread worker([&] {
        try {
            listening.set_value(listen_for(call));
        } catch (...) {
            return listening.set_exception(std::current_exception());
        }
        try {
            work();
        } catch (...) {
            thrown = std::current_exception();
        }
        end.close_writing();
    });
    unsigned count = 0;
    try {
        const mtlsca::io::Descriptor listener(listening.get_future().get());
        for (;;) {
            std::array<pollfd, 2> waiting{{{listener.number(), POLLIN, 0}, {end.reading(), POLLIN, 0}}};
            ::poll(waiting.data(), waiting.size(), -1);
            if ((waiting[0].revents & POLLIN) != 0)
                answer_call(listener.number(), ++count == call.which, meanwhile);
            else if (waiting[1].revents != 0)
                break;
        }
    } catch (...) { // it was never listened for
        worker.join();
        throw;
    }
    worker.join();
    if (thrown)
        std::rethrow_exception(thrown);
    return count;
}

// System calls that fail as no file system here would let them: the kernel itself answers with the error
// (seccomp(2)), in a thread of its own, with whose end it is over. Nothing is replaced in the program. Which
// call the C library makes of a function is x86-64's.
#pragma once

#include "error.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <thread>

struct FailingCall {
    // As syscall(2) counts them from 0; the lower half of it is compared.
    struct Argument {
        unsigned index;
        std::uint32_t value;
    };
    long number; // SYS_…
    int problem; // errno
    std::optional<Argument> only_with = std::nullopt;
    std::optional<long> also = std::nullopt; // another number of it, whatever the arguments
};

// What the kernel is to do with these calls; with all others it does what they say. `Call` as FailingCall.
template <class Call>
std::array<sock_filter, 7> filter_of(const Call& call, std::uint32_t action) {
    const auto argument = call.only_with.value_or(FailingCall::Argument{0, 0});
    // Without an argument to look for, the number decides alone.
    const auto unless_found = static_cast<std::uint8_t>(call.only_with ? 0 : 2);
    const std::uint32_t offset =
        static_cast<std::uint32_t>(offsetof(seccomp_data, args)) + 8 * argument.index;
    const auto number = static_cast<std::uint32_t>(call.number);
    return {{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call.also.value_or(-1)), 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, unless_found, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, argument.value, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, action),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    }};
}

// From now on, in this thread and those that it starts.
inline void begin_to_fail(const FailingCall& call) {
    auto filter = filter_of(call, SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(call.problem));
    const sock_fprog program{filter.size(), filter.data()};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        throw std::runtime_error("cannot let system calls fail (seccomp)");
}

// Runs `work` while the call fails. What it throws comes out.
template <class Work>
void while_failing(const FailingCall& call, const Work& work) {
    std::exception_ptr thrown;
    std::thread([&] {
        try {
            begin_to_fail(call);
            work();
        } catch (...) {
            thrown = std::current_exception();
        }
    }).join();
    if (thrown)
        std::rethrow_exception(thrown);
}

// "OBJECT: REASON" of the Error that `work` ends with; empty where it ends well.
template <class Work>
std::string failure_of(const Work& work) {
    try {
        work();
    } catch (const mtlsca::Error& error) {
        return error.object + ": " + error.reason;
    }
    return {};
}
template <class Work>
std::string failure_of(const FailingCall& call, const Work& work) {
    return failure_of([&] { while_failing(call, work); });
}

// Work that needs a process of its own: another umask or user, a limit, a death.
#pragma once

#include "error.h"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#ifdef MTLSCA_COVERAGE
extern "C" void __gcov_dump(); // _exit(2) would leave out what a child has run
#else
inline void __gcov_dump() {}
#endif

// Runs `work` in a forked child and returns its process ID. The child ends with what `work` returns, with the
// code of the Error that it throws, or with 99.
template <class Work>
pid_t start_child(Work work) {
    const pid_t process = ::fork();
    if (process != 0)
        return process;
    // Catch reports a deadly signal of the test, not of a child.
    for (const int signal : {SIGINT, SIGTERM, SIGILL, SIGFPE, SIGABRT, SIGSEGV})
        std::signal(signal, SIG_DFL);
    int status = 99;
    try {
        status = work();
    } catch (const mtlsca::Error& error) {
        status = static_cast<int>(error.code);
    } catch (...) {
    }
    __gcov_dump();
    ::_exit(status); // neither Catch nor the sanitizers report from here
}

// Its exit status, 128 + signal where it was killed.
inline int wait_for_child(pid_t process) {
    int status = 0;
    if (::waitpid(process, &status, 0) != process)
        return -1;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

template <class Work>
int in_child(Work work) {
    return wait_for_child(start_child(work));
}

class Pipe {
public:
    Pipe() {
        if (::pipe(ends_) != 0)
            ::abort();
    }
    Pipe(const Pipe&) = delete;
    ~Pipe() {
        ::close(ends_[0]);
        close_writing();
    }
    int reading() const { return ends_[0]; }
    int writing() const { return ends_[1]; }
    void close_writing() {
        if (ends_[1] >= 0)
            ::close(ends_[1]);
        ends_[1] = -1;
    }
    // Closes our writing end and reads until every other one is closed.
    std::string read_all() {
        close_writing();
        std::string text;
        char buffer[4096];
        for (ssize_t got = 0; (got = ::read(ends_[0], buffer, sizeof(buffer))) > 0;)
            text.append(buffer, static_cast<std::size_t>(got));
        return text;
    }

private:
    int ends_[2];
};

// What a program that keeps running has to do with whoever runs it: their signals, the user it becomes, and
// that it is ready.
#pragma once

#include "io/held_signals.h"

#include <chrono>
#include <string>

namespace mtlsca::io {

// SIGTERM and SIGINT ask a service to stop, SIGHUP to read its files again. Held back while this lives, for
// the main thread, which makes it before any other thread; SIGPIPE too.
class ServiceSignals {
public:
    ServiceSignals();

    enum class Wish { none, reload, stop };
    Wish wait(std::chrono::milliseconds time); // the next one; none: nothing came meanwhile

private:
    HeldSignals signals_;
};

// User, group and further groups of this user, for good. Error(not_found) where there is none, Error(failed)
// where it may not; nothing where we are that user already. Before there are threads.
void become_user(const std::string& name);

// "READY=1", "RELOADING=1", "STOPPING=1": to systemd, where it wants to know (sd_notify(3)).
void tell_service_manager(const std::string& state);

} // namespace mtlsca::io

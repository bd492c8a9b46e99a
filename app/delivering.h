// Bringing certificates to where they are used, once: what does not arrive is tried again by the next run,
// without issuing again. Called under Ca::delivery_lock(), and not under Ca::lock(): commands of users run
// here.
#pragma once

#include "session.h"

#include "io/process.h"
#include "store/work/deliveries.h"

namespace mtlsca::app {

struct DeliveryJob {
    const Session& session;
    const authority::Ca& ca;
    const store::Certificate& certificate; // with DER
    const store::Delivery& delivery;
    Duration timeout; // of commands
};

// "exec:" before the command of --exec.
inline constexpr const char* exec_target = "exec:";

// What a command that is told of a certificate may want to know; mtlsca-renew(1) lists it. Control characters
// are escaped; what else a shell takes for syntax is as it is: whoever uses a value quotes it.
std::vector<io::Variable> certificate_variables(const DeliveryJob& job);

// Everything outstanding of this certificate, its files first: nobody is told of files that are not there.
// False where something did not arrive, which was told.
bool deliver(const Session& session, authority::Ca& ca, const store::Certificate& certificate,
             Duration timeout);
// Of all certificates. What is wanted of one that is revoked or expired meanwhile is forgotten, with a note.
bool deliver_outstanding(const Session& session, authority::Ca& ca, Duration timeout);

} // namespace mtlsca::app

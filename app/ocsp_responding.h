// A responder as every command opens it that answers OCSP: with delegates that are made or renewed where the
// CA's key is at hand.
#pragma once

#include "session.h"

#include "authority/ocsp/responder.h"

namespace mtlsca::app {

// Makes the delegates that are due. What fails is a warning: as long as there is one that is valid, the
// responder answers with it, and tells nobody but who runs it.
void renew_due_delegates(Session& session);

// The same where somebody answers OCSP already, for the job that publishes CRLs and has the CA's keys:
// returns what failed.
std::vector<Error> renew_delegates_in_use(Session& session, authority::Ca& ca);
// Whether it needs no passphrase any more: all keys that it would open now are open.
bool open_keys_of_delegates_in_use(authority::Ca& ca, Time now);

// For one thread; see authority/ocsp/responder.h.
authority::Responder open_responder(Session& session);

} // namespace mtlsca::app

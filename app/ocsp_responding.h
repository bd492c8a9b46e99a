// A responder as every command opens it that answers OCSP: with delegates that are made or renewed where the
// CA's key is at hand.
#pragma once

#include "session.h"

#include "authority/ocsp/responder.h"

namespace mtlsca::app {

// Makes the delegates that are due. What fails is a warning: as long as there is one that is valid, the
// responder answers with it, and tells nobody but who runs it.
void renew_due_delegates(Session& session);

// For one thread; see authority/ocsp/responder.h.
authority::Responder open_responder(Session& session);

} // namespace mtlsca::app

#include "ocsp_responding.h"

namespace mtlsca::app {

namespace {

std::vector<Error> renew(Session& session, authority::Ca& ca) {
    authority::DelegateRenewal renewal = authority::renew_delegates(ca, session.run());
    for (const store::Certificate& made : renewal.made)
        note("made " + store::object_of(made) + ", good until " + to_minutes(made.not_after));
    return std::move(renewal.failures);
}

} // namespace

std::vector<Error> renew_delegates_in_use(Session& session, authority::Ca& ca) {
    return authority::answers_ocsp(ca) ? renew(session, ca) : std::vector<Error>{};
}

bool open_keys_of_delegates_in_use(authority::Ca& ca, Time now) {
    return ca.settings_problem() || !authority::answers_ocsp(ca) ||
           authority::open_keys_to_renew_delegates(ca, now);
}

void renew_due_delegates(Session& session) {
    using Access = store::Database::Access;
    if (!authority::is_any_delegate_due(session.open_ca(Access::read), session.now()))
        return;
    authority::Ca ca = session.open_ca(Access::write);
    for (const Error& error : renew(session, ca))
        warn(error.what());
}

authority::Responder open_responder(Session& session) {
    return {session.open_ca(store::Database::Access::read), session.now()};
}

} // namespace mtlsca::app

// The revocation drill: proof that a client whose certificate is revoked is out, on a live server.
#pragma once

#include "publishing.h"

#include "authority/certificate/issuance.h"
#include "deploy/nginx/drill/visit.h"
#include "io/interruption.h"

#include <functional>

namespace mtlsca::app {

struct DrillOptions {
    deploy::nginx::Url url;
    x509::TlsServer server; // how to reach it and what it must show
    std::string profile = "client";
    std::vector<std::string> ous;
    std::string reload;                       // command that makes nginx read what was published
    bool apply = false;                       // `nginx apply` does, in place of the command
    std::chrono::milliseconds timeout{30000}; // for the server to let in, and to refuse
    std::chrono::milliseconds lock_timeout{30000};
};

struct DrillStep {
    enum class Outcome { passed, failed } outcome = Outcome::passed;
    std::string step; // "gets_in": stable, for scripts
    std::string detail;
    std::chrono::milliseconds took{};
};
const char* to_string(DrillStep::Outcome outcome);

struct DrillReport {
    bool passed = false;
    std::vector<DrillStep> steps;
    std::vector<std::string> serials;                   // of the certificates it made
    std::optional<int> signal;                          // that ended it
    std::optional<std::chrono::milliseconds> out_after; // from the revocation to the first refusal
};

// Certificates of drills are known by their label, so that whatever ends one, the next finds what it left.
// One drill at a time works on a CA. They are good for a quarter of an hour at most, and their keys never
// leave the memory.
class Drill {
public:
    using Tell = std::function<void(const DrillStep&)>; // each step when it is over
    Drill(Session& session, authority::Ca& ca, const DrillOptions& options, Tell tell);

    // Whatever happens, what it issued is revoked and published in the end: at a signal and at an error too.
    DrillReport run();

    // What it would sign; for --dry-run as well.
    policy::Planned plan(const std::string& name) const;
    // Certificates of earlier drills that are still good.
    std::vector<store::Certificate> left_over() const;

private:
    struct Client {
        store::Certificate certificate;
        x509::TlsIdentity identity;
    };
    struct OldSession {
        x509::TlsVersion version;
        x509::TlsSession session;
    };
    struct Measured {
        DrillStep::Outcome outcome;
        std::string detail;
    };
    using Visit = deploy::nginx::Visit;

    // The steps in their order. False: the drill is over.
    bool take_steps();
    bool step(const char* name, const std::function<Measured()>& action);

    Measured refuse_without_certificate();
    Measured issue_clients();
    Measured let_in();
    Measured keep_sessions();
    Measured revoke();
    Measured publish();
    Measured reload();
    Measured wait_until_refused();
    Measured refuse_old_session(const OldSession& old);
    Measured let_others_in();

    Client issue_client();
    Visit go(const Client* client, std::optional<x509::TlsVersion> version = std::nullopt,
             x509::TlsSession resume = nullptr) const;
    std::optional<std::string> run_reload(); // empty: done; else what went wrong
    void take_back(const std::vector<store::Certificate>& certificates);
    void clean_up();
    void clean_up_after_error();

    Session& session_;
    authority::Ca& ca_;
    const DrillOptions& options_;
    Tell tell_;
    std::unique_ptr<io::Interruption> interruption_;
    DrillReport report_;
    std::optional<Client> subject_, other_;
    std::vector<OldSession> sessions_;
    std::chrono::steady_clock::time_point revoked_at_{};
};

} // namespace mtlsca::app

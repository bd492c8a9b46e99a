// Bringing certificates to the targets of the settings, [deploy.NAME]: the files of all first, then each
// target is told once. What does not arrive stays wanted, and `deploy --pending` and `renew --due` try again.
#pragma once

#include "told_command.h"

#include "store/work/deliveries.h"

namespace mtlsca::app {

void add_deploy_option(Options& options, std::vector<std::string>& deployments);

// Under Ca::delivery_lock(), and not under Ca::lock(): commands of users run here. Neither session nor CA may
// go before it.
class Deploying {
public:
    Deploying(const Session& session, authority::Ca& ca, Duration timeout = told_command_limit)
        : session_(session), ca_(ca), timeout_(timeout) {}

    // To every target that waits for it. With DER.
    void bring(const store::Certificate& certificate);
    // All that wait; of those that are revoked or expired nothing is wanted any more.
    void bring_outstanding();
    // Tells each target that got something. To be called once, at the end.
    void finish();

    bool all_well() const { return all_well_; } // else what went wrong was told
    struct Arrival {
        store::CertificateId certificate;
        std::string name, serial; // of the certificate
        std::string target;
    };
    const std::vector<Arrival>& arrivals() const { return arrivals_; }

private:
    struct Brought {
        Arrival arrival;
        store::Delivery delivery;
    };
    void bring(const store::Certificate& certificate, const store::Delivery& delivery);
    // What went wrong, which was told.
    std::optional<std::string> tell(const policy::DeployTarget& target) const;
    void fail(const std::string& whose, const store::Delivery& delivery, const Error& error);

    const Session& session_;
    authority::Ca& ca_;
    Duration timeout_;                                    // of a reload
    std::map<std::string, std::vector<Brought>> brought_; // by target, and told at the end
    std::vector<Arrival> arrivals_;
    bool all_well_ = true;
};

// At once, for commands that have just issued these.
bool deploy_now(const Session& session, authority::Ca& ca,
                const std::vector<store::Certificate>& certificates);
bool deploy_outstanding_now(const Session& session, authority::Ca& ca); // what others left, too

} // namespace mtlsca::app

// How a CA is: what is wrong or will be, each with what to do about it, and the figures behind that.
//
// Looks only: no key is opened and no passphrase asked for unless `deep` is set. Reads no certificate but
// those that are about to end, so that a million of them cost milliseconds.
#pragma once

#include "authority/ca.h"
#include "io/inspection.h"
#include "policy/due_time.h"
#include "store/inventory/overview.h"
#include "store/issuer/crls.h"
#include "store/work/jobs.h"

namespace mtlsca::authority {

// How much time must be left of a certificate. Of a share no more than `most` counts: a certificate of ten
// years needs nobody for years.
struct Threshold {
    policy::DueTime left;
    Duration most{};
    Duration of(Time not_before, Time not_after) const;
    Duration longest() const; // of any certificate
};

struct HealthOptions {
    Threshold warn, critical;
    bool deep = false; // open the keys, read the whole database, audit log and bundle
};

// Severity: error is critical, everything stops or has stopped; warning wants somebody within days; a note
// only wants to be known.
struct Symptom {
    Severity severity = Severity::warning;
    std::string rule;    // stable identifier in kebab-case: "crl-expired"
    std::string subject; // "crl of issuing"
    std::string detail;  // what is so, and what it means
    std::string remedy;  // what to do next
};
using Symptoms = std::vector<Symptom>;
void put_worst_first(Symptoms& symptoms); // otherwise in the order found

struct TierHealth {
    std::string name;
    Bytes serial;
    Time not_before{};
    Time not_after{};
    store::IssuerState state = store::IssuerState::active;
    bool issues = false;
    bool has_key = false;
    std::optional<store::PublishedCrl> crl;
    std::uintmax_t crl_bytes = 0; // 0: its file is missing
    std::optional<Time> crl_due;  // when a new one is to be made: for a root, when its key must be fetched
    bool has_unpublished_changes = false;
};

// What is known of certificates that nothing replaces; see store::Unreplaced.
struct CertificateHealth {
    store::Counts counts;
    std::uint64_t due = 0;               // for their renewal by their profile's renew_due, not expired
    std::uint64_t expiring = 0;          // inside `warn`, not expired; those inside `critical` are among them
    std::uint64_t critical = 0;          // inside `critical`, not expired
    std::uint64_t expired = 0;           // not longer ago than `warn`
    std::vector<store::Unreplaced> next; // those that end first, expired or not; at most `next_max`
    static constexpr std::size_t next_max = 1000; // what a monitoring system is given
};

struct Health {
    Time now{};
    Symptoms symptoms; // worst first
    std::vector<TierHealth> tiers;
    CertificateHealth certificates;
    store::Outstanding outstanding;
    std::vector<store::FailedJob> failed_jobs;
    std::optional<Time> last_event;
    std::uintmax_t database_bytes = 0;
    std::optional<io::Room> room;
    bool is_deep = false;
};

Health examine(Ca& ca, Time now, const HealthOptions& options);

} // namespace mtlsca::authority

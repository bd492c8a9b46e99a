// The parts of examine(): each looks at one thing and adds what it finds. Internal to this room.
#pragma once

#include "authority/health/health.h"

namespace mtlsca::authority {

struct Examination {
    Ca& ca;
    Time now;
    const HealthOptions& options;
    Health& health;

    void add(Severity severity, const char* rule, std::string subject, std::string detail,
             std::string remedy) const {
        health.symptoms.push_back({severity, rule, std::move(subject), std::move(detail), std::move(remedy)});
    }
};

void examine_tiers(const Examination& examination);        // certificates, keys and CRLs of the CAs
void examine_responders(const Examination& examination);   // those that answer OCSP
void examine_certificates(const Examination& examination); // of subscribers
void examine_records(const Examination& examination);      // database, clock, jobs, what is outstanding
void examine_files(const Examination& examination);        // permissions, owners, leftovers, room

} // namespace mtlsca::authority

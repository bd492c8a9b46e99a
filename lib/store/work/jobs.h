// Commands that a timer runs and that did not succeed the last time.
//
// A job that always succeeds writes nothing here, so that cron's hourly run leaves the database as it is.
#pragma once

#include "store/database.h"
#include "time.h"

#include <string>
#include <vector>

namespace mtlsca::store {

struct FailedJob {
    std::string command; // "crl", "renew"
    Time since{};        // the first failure after the last success
    Time last{};         // the latest failure
    std::string problem; // of the latest: "OBJECT: REASON"
};

// `since` of a job that is failing already stays.
void record_failed_job(Transaction& transaction, const std::string& command, Time now,
                       const std::string& problem);
void clear_failed_job(Transaction& transaction, const std::string& command); // not there is fine
std::vector<FailedJob> failed_jobs(const Database& database);                // by command; few

} // namespace mtlsca::store

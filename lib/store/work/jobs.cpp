#include "store/work/jobs.h"

#include "store/columns.h"

namespace mtlsca::store {

void record_failed_job(Transaction& transaction, const std::string& command, Time now,
                       const std::string& problem) {
    const auto insert = transaction.connection().prepare(
        "INSERT INTO failed_job (command, since, last, problem) VALUES (:command, :now, :now, :problem) "
        "ON CONFLICT (command) DO UPDATE SET last = excluded.last, problem = excluded.problem");
    insert->bind(":command", command);
    insert->bind(":now", seconds(now));
    insert->bind(":problem", problem);
    insert->step();
}

void clear_failed_job(Transaction& transaction, const std::string& command) {
    const auto erase = transaction.connection().prepare("DELETE FROM failed_job WHERE command = :command");
    erase->bind(":command", command);
    erase->step();
}

std::vector<FailedJob> failed_jobs(const Database& database) {
    const auto select = database.connection().prepare(
        "SELECT command, since, last, problem FROM failed_job ORDER BY command");
    std::vector<FailedJob> jobs;
    while (select->step())
        jobs.push_back({text_column(*select, 0), time_column(*select, 1), time_column(*select, 2),
                        text_column(*select, 3)});
    return jobs;
}

} // namespace mtlsca::store

#include "jobs.h"

#include "last_warning.h"

#include "store/work/jobs.h"

#include <algorithm>

namespace mtlsca::app {
namespace {

constexpr std::chrono::milliseconds patience{2000}; // the failure itself is what people wait for
constexpr std::size_t problem_max_bytes = 1000;     // a line to read

using Access = store::Database::Access;

// One certificate that somebody renews by hand says nothing of the timer's run over all that are due.
bool is_job(const CommandLine::Leaf& leaf) {
    return leaf.name == "crl" ||
           (leaf.name == "renew" && leaf.has_option("--due") && !leaf.has_option("--dry-run"));
}

bool is_failing(const store::Database& database, const std::string& job) {
    const auto jobs = store::failed_jobs(database);
    return std::any_of(jobs.begin(), jobs.end(),
                       [&job](const store::FailedJob& failed) { return failed.command == job; });
}

bool was_failing(const Session& session, const io::Path& database, const std::string& job) {
    if (session.job_was_failing)
        return *session.job_was_failing;
    return is_failing(store::Database::open(database, Access::read, patience), job);
}

// `problem` empty: it succeeded.
void remember(const Session& session, const std::string& job, const std::string& problem) {
    const io::Path path = authority::CaFolder{session.home()}.database();
    try {
        if (problem.empty() && !was_failing(session, path, job))
            return;
        auto database = store::Database::open(path, Access::write, patience);
        store::Transaction transaction(database);
        if (problem.empty())
            store::clear_failed_job(transaction, job);
        else
            store::record_failed_job(transaction, job, session.now(), problem.substr(0, problem_max_bytes));
        transaction.commit();
    } catch (const Error&) {
        return; // see jobs.h
    }
}

} // namespace

void look_whether_failing(Session& session, const authority::Ca& ca) {
    session.job_was_failing = is_failing(ca.database(), session.command());
}

int run_and_remember(Session& session, CommandLine::Leaf& leaf) {
    if (!is_job(leaf))
        return leaf.command->run(session);
    const std::string& job = leaf.name;
    try {
        const int status = leaf.command->run(session);
        const std::string& warning = last_warning();
        remember(session, job,
                 status == 0       ? ""
                 : warning.empty() ? "ended with " + std::to_string(status)
                                   : warning);
        return status;
    } catch (const Error& error) {
        if (error.code != Code::usage)
            remember(session, job, error.what());
        throw;
    } catch (const std::exception& problem) {
        remember(session, job, std::string("unexpected: ") + problem.what());
        throw;
    }
}

} // namespace mtlsca::app

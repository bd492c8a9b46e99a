#include "batch_delivery.h"
#include "commands.h"
#include "deploying.h"
#include "signing.h"
#include "site_folders.h"

#include <algorithm>
#include <fmt/format.h>
#include <malloc.h>
#include <thread>

namespace mtlsca::app {
namespace {

constexpr std::uint64_t most_jobs = 1024;

class Batch final : public Command {
public:
    void add_options(Options& options) override {
        options.add(
            "FILE", input_,
            "CSV with a header, JSON lines, a tar archive or a folder of requests; - reads standard input");
        signing_.add_to(options);
        options.add("--key", key_type_, "Type of new keys (default: the profile's first)");
        options
            .add("--key-pass", key_pass_,
                 "Encrypt the keys with a passphrase from SRC (default: $MTLSCA_KEY_PASS, else unencrypted)")
            .type("SRC");
        options
            .add("--csr-dir", request_folder_,
                 "Requests in place of new keys: all of this folder, or with FILE for each row its csr, else "
                 "NAME.csr")
            .type("DIR");
        options
            .add("--csr-san", csr_san_,
                 "A request's own names: check, take or ignore (default: the profile's)")
            .type("MODE")
            .one_of({"check", "take", "ignore"});
        options.add("--out", out_, "Folder for NAME.key and NAME.crt (default: all on standard output)")
            .type("DIR");
        options.flag("--pem", is_pem_, "Without --out: PEM on standard output in place of JSON lines");
        options.flag("--resume", resume_,
                     "Go on with a batch that was cut off: rows that are done are not issued twice");
        options.add("--jobs", jobs_, "Threads that make keys and sign (default: as many as processors)")
            .type("N")
            .between(1, most_jobs);
    }

    int run(Session& session) override {
        refuse_bad_usage(session);
        authority::Ca ca = session.open_ca(signing_.database_access());
        const authority::Run run = session.run();
        const io::Path source = input_.empty() ? request_folder_ : input_;
        BatchInput input(source);
        const BatchRows rows(ca.config(), defaults(input), input, source);
        keep_heaps();
        // Before any thread, which inherits that signals wait.
        io::Interruption interruption;
        input.end_when_readable(interruption.descriptor());
        BatchDelivery delivery(session, ca, input, rows, interruption, settings(session));

        const authority::BulkSummary summary =
            signing_.dry_run() ? authority::judge_in_bulk(ca, run, delivery)
                               : authority::issue_in_bulk(ca, run, delivery, bulk_options(source),
                                                          [&] { return !delivery.was_interrupted(); });
        session.out.flush();
        if (!signing_.dry_run())
            renew_site_folders_after_issue(ca, session.now());
        const bool all_arrived = !delivery.has_deliveries() || deploy_outstanding_now(session, ca);
        tell(summary, delivery.seconds());
        if (const auto signal = interruption.signal()) {
            warn("interrupted; go on with the same command and --resume");
            return 128 + *signal;
        }
        if (summary.failed > 0 && !signing_.dry_run())
            warn(count_of(summary.failed, "row") +
                 " failed; mend them and run the same with --resume, which leaves out what is done");
        return static_cast<int>(summary.failed == 0 && all_arrived ? Code::done : Code::failed);
    }

private:
    // Each thread's heap grows by a page at a time otherwise, with a system call for each row, and what rows
    // lie in is mapped and unmapped again and again.
    static void keep_heaps() {
        constexpr int step_bytes = 1 << 20, largest_in_heap_bytes = 16 << 20;
        // NOLINTBEGIN(concurrency-mt-unsafe): before there are threads
        ::mallopt(M_TOP_PAD, step_bytes);
        ::mallopt(M_MMAP_THRESHOLD, largest_in_heap_bytes);
        ::mallopt(M_TRIM_THRESHOLD, largest_in_heap_bytes);
        // NOLINTEND(concurrency-mt-unsafe)
    }

    void refuse_bad_usage(const Session& session) const {
        if (input_.empty() && request_folder_.empty())
            throw Error(Code::usage, "batch", "no input", "a FILE, - for standard input, or --csr-dir DIR");
        if (is_pem_ && (!out_.empty() || signing_.dry_run()))
            throw Error(Code::usage, "--pem", "is about certificates on standard output",
                        "leave out --out and --dry-run");
        if (resume_ && signing_.dry_run())
            throw Error(Code::usage, "--resume", "and --dry-run exclude each other");
        if (input_ == "-")
            session.take_stdin("the rows");
    }

    BatchDefaults defaults(const BatchInput& input) const {
        BatchDefaults defaults;
        defaults.profile = signing_.profile_name();
        defaults.options = signing_.options();
        defaults.options.request_sans = policy::parse_request_sans(csr_san_);
        defaults.key_type = key_type_;
        if (!input.has_requests())
            defaults.request_folder = request_folder_;
        return defaults;
    }

    BatchDelivery::Settings settings(const Session& session) const {
        BatchDelivery::Settings settings;
        settings.folder = out_;
        settings.is_pem = is_pem_;
        settings.is_pretended = signing_.dry_run();
        if (!signing_.dry_run())
            settings.key_pass = session.key_passphrase(key_pass_, /*confirm=*/true);
        return settings;
    }

    authority::BulkOptions bulk_options(const io::Path& source) const {
        authority::BulkOptions options;
        options.threads =
            jobs_ > 0 ? static_cast<unsigned>(jobs_) : std::max(1U, std::thread::hardware_concurrency());
        options.source = source == "-" ? source : std::filesystem::absolute(source);
        options.resume = resume_;
        return options;
    }

    void tell(const authority::BulkSummary& summary, double seconds) const {
        std::string text = fmt::format("{} {}", count_of(summary.issued, "certificate"),
                                       signing_.dry_run() ? "would be issued" : "issued");
        if (summary.done_before > 0)
            text += fmt::format(", {} done before", summary.done_before);
        if (summary.failed > 0)
            text += fmt::format(", {} failed", summary.failed);
        const auto rows = static_cast<double>(summary.issued + summary.failed);
        note(text + fmt::format(" in {:.1f} s ({:.0f}/s)", seconds, rows / std::max(seconds, 0.001)));
    }

    SigningFlags signing_;
    io::Path input_, request_folder_, out_;
    std::string key_pass_, csr_san_;
    std::optional<x509::KeyType> key_type_;
    std::uint64_t jobs_ = 0;
    bool is_pem_ = false, resume_ = false;
};

} // namespace

std::unique_ptr<Command> make_batch() {
    return make_command<Batch>();
}

} // namespace mtlsca::app

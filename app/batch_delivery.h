// Where the certificates of a batch go: files in a folder or one stream on standard output, and an outcome
// for each row in the order of the input.
#pragma once

#include "batch_rows.h"
#include "progress.h"
#include "session.h"

#include "io/interruption.h"
#include "io/scratch.h"

#include <deque>
#include <set>

namespace mtlsca::app {

class BatchDelivery final : public authority::BulkClient {
public:
    struct Settings {
        io::Path folder;                // for NAME.key and NAME.crt; empty: all on standard output
        bool is_pem = false;            // PEM there in place of JSON lines
        bool is_pretended = false;      // --dry-run
        std::optional<Secret> key_pass; // for keys, and for those that a run before has written
    };
    BatchDelivery(Session& session, const authority::Ca& ca, BatchInput& input, const BatchRows& rows,
                  io::Interruption& interruption, Settings settings);

    bool read(authority::BulkRow& row) override;
    bool is_ready() override { return input_.is_ready(); }
    authority::BulkWish wish(authority::BulkRow& row) const override { return rows_.wish(row); }
    authority::IssueOptions issue_options(authority::BulkRow& row) const override;
    void claim(const authority::BulkRow& row) override;
    std::optional<x509::PrivateKey> kept_key(const authority::BulkRow& row,
                                             const store::Certificate& earlier) override;
    void recover(authority::BulkRow& row, bool is_delivered) override;
    void write(authority::BulkRow& row) const override;
    void sync() override;
    void keep(std::vector<authority::BulkRow>& rows) override;
    void publish(std::vector<authority::BulkRow>& rows) override;
    void deliver(std::vector<authority::BulkRow>& rows) override;

    bool was_interrupted() { return interruption_.signal().has_value(); }
    bool has_deliveries() const { return has_deliveries_; } // to targets of the settings
    double seconds() const { return progress_.seconds(); }

private:
    bool has_folder() const { return !settings_.folder.empty(); }
    io::Path file(const std::string& name, const char* extension) const;
    std::string outcome(const authority::BulkRow& row) const;
    static const std::string& claim_of(const authority::IssueOptions& options);
    void let_go_of(const std::string& claim);
    void tell_failure(const authority::BulkRow& row) const;

    Session& session_;
    const authority::Ca& ca_;
    BatchInput& input_;
    const BatchRows& rows_;
    io::Interruption& interruption_;
    const Settings settings_;
    const io::Path folder_; // absolute; empty as in the settings
    bool folder_was_empty_ = false;
    const std::string issuing_chain_; // PEM of what stands behind each new certificate
    std::optional<io::ScratchFolder> scratch_;
    std::set<std::string> claimed_; // files of rows that have not yet got them, and of the newest that have
    std::deque<std::string> delivered_claims_;
    std::uint64_t read_ = 0, delivered_ = 0;
    bool has_deliveries_ = false;
    Progress progress_;
};

} // namespace mtlsca::app

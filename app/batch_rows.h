// What a row of a batch wishes, in CSV or JSON, together with the options of the command line, which hold for
// all.
#pragma once

#include "batch_input.h"

namespace mtlsca::app {

struct BatchDefaults {
    std::string profile;
    policy::SigningOptions
        options; // a row's own owner and days count, its names, OUs, labels … come in addition
    std::optional<x509::KeyType> key_type;
    io::Path request_folder; // of rows' requests; empty: keys are made
};

class BatchRows {
public:
    // Error(refused) for a header with unknown columns, all of them.
    BatchRows(const policy::Config& config, BatchDefaults defaults, const BatchInput& input, io::Path source);

    // Any thread. Errors are the row's own. Sets its name and digest.
    authority::BulkWish wish(authority::BulkRow& row) const;
    bool makes_keys() const { return !has_requests_; }

private:
    struct Values {
        std::string field;
        std::vector<std::string> values;
    };
    std::vector<Values> csv_values(const authority::BulkRow& row) const;
    static std::vector<Values> json_values(const authority::BulkRow& row);
    authority::BulkWish wish_of_fields(authority::BulkRow& row) const;
    authority::BulkWish wish_of_request(authority::BulkRow& row, const io::Path& folder) const;
    void take_request(authority::BulkRow& row, authority::BulkWish& wish, ByteView bytes) const;

    const policy::Config& config_;
    const BatchDefaults defaults_;
    const BatchInput::Kind kind_;
    const io::Path input_folder_; // empty where the input is none
    const bool has_requests_;
    std::vector<std::string> columns_;
};

} // namespace mtlsca::app

// Where the rows of a batch come from: CSV, JSON lines, or requests in a folder, a tar archive or a stream of
// PEM.
#pragma once

#include "authority/bulk/bulk.h"
#include "io/input_stream.h"

namespace mtlsca::app {

class BatchInput {
public:
    // A file of any of these kinds, told apart by how it begins; a folder; "-" for standard input.
    explicit BatchInput(const io::Path& path);

    enum class Kind { csv, json_lines, folder, tar, pem };
    Kind kind() const { return kind_; }
    bool has_requests() const { return kind_ == Kind::folder || kind_ == Kind::tar || kind_ == Kind::pem; }
    const std::string& header() const { return header_; } // the first line of CSV
    void end_when_readable(int descriptor);

    // Number, text and name of the next one.
    bool next(authority::BulkRow& row);
    // Whether the next one, or the end, is there, so that next() would not wait. Of an archive only its next
    // octet is looked for.
    bool is_ready();
    std::optional<double> share_done() const; // 0 to 1, where the end can be known

private:
    bool next_text(authority::BulkRow& row);
    bool next_record(std::string& text);
    bool next_pem(std::string& text);

    Kind kind_;
    std::optional<io::InputStream> stream_;
    io::Path folder_;
    std::vector<std::string> files_; // of the folder, sorted
    std::string header_;
    std::uint64_t number_ = 0;
};

} // namespace mtlsca::app

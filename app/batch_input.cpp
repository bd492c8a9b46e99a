#include "batch_input.h"

#include "io/tar.h"
#include "io/walk.h"

#include <algorithm>

namespace mtlsca::app {
namespace {

constexpr std::size_t record_max_bytes =
    1024UL * 1024; // a thousand names of the longest kind have a quarter of it

// The remains of editors and copies.
bool is_hidden(const io::Path& path) {
    return path.filename().string().starts_with('.');
}

std::vector<std::string> visible_files(const io::Path& folder) {
    std::vector<std::string> names;
    for (io::FolderWalk walk(folder); walk.next();)
        if (*walk.name() != '.' && !walk.leads_to_folder())
            names.emplace_back(walk.name());
    std::sort(names.begin(), names.end());
    return names;
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t") == std::string_view::npos;
}

BatchInput::Kind kind_of(io::InputStream& stream) {
    if (io::looks_like_tar(stream))
        return BatchInput::Kind::tar;
    const std::string_view begin = as_text(stream.peek(16));
    if (begin.starts_with("-----BEGIN "))
        return BatchInput::Kind::pem;
    return begin.starts_with('{') ? BatchInput::Kind::json_lines : BatchInput::Kind::csv;
}

} // namespace

BatchInput::BatchInput(const io::Path& path) : kind_(Kind::folder) {
    std::error_code unknown; // then opening it tells
    if (path != "-" && std::filesystem::is_directory(path, unknown)) {
        folder_ = path;
        files_ = visible_files(path);
        return;
    }
    stream_.emplace(path);
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF"; // spreadsheets write it
    if (as_text(stream_->peek(byte_order_mark.size())) == byte_order_mark)
        stream_->skip(byte_order_mark.size());
    kind_ = kind_of(*stream_);
    if (kind_ == Kind::csv && !stream_->line(header_, record_max_bytes))
        throw Error(Code::refused, stream_->name(), "is empty", "CSV needs a header: name,profile,san,…");
}

void BatchInput::end_when_readable(int descriptor) {
    if (stream_)
        stream_->end_when_readable(descriptor);
}

bool BatchInput::is_ready() {
    if (kind_ == Kind::folder)
        return true;
    return kind_ == Kind::tar ? stream_->has(1) : stream_->has_line(record_max_bytes);
}

bool BatchInput::next(authority::BulkRow& row) {
    if (!next_text(row))
        return false;
    row.number = ++number_;
    if (row.name.empty())
        row.name = "row " + std::to_string(row.number);
    return true;
}

bool BatchInput::next_text(authority::BulkRow& row) {
    switch (kind_) {
    case Kind::csv:
    case Kind::json_lines:
        return next_record(row.text);
    case Kind::pem:
        return next_pem(row.text);
    case Kind::tar: {
        auto member = io::next_tar_member(*stream_, x509::request_max_bytes);
        while (member && is_hidden(member->name))
            member = io::next_tar_member(*stream_, x509::request_max_bytes);
        if (!member)
            return false;
        row.name = std::move(member->name);
        row.text = as_text(member->content);
        return true;
    }
    case Kind::folder:
        break;
    }
    if (number_ == files_.size())
        return false;
    row.name = files_[number_]; // read where it is worked on
    return true;
}

bool BatchInput::next_record(std::string& text) {
    do
        if (!stream_->line(text, record_max_bytes))
            return false;
    while (is_blank(text));
    return true;
}

bool BatchInput::next_pem(std::string& text) {
    std::string line;
    while (text.size() < x509::request_max_bytes && stream_->line(line, record_max_bytes)) {
        text += line + '\n';
        if (line.starts_with("-----END "))
            return true;
    }
    return !is_blank(text) && text.find_first_not_of(" \t\n") != std::string::npos;
}

std::optional<double> BatchInput::share_done() const {
    if (kind_ == Kind::folder)
        return files_.empty() ? 1.0 : static_cast<double>(number_) / static_cast<double>(files_.size());
    if (!stream_->size() || *stream_->size() == 0)
        return std::nullopt;
    return static_cast<double>(stream_->position()) / static_cast<double>(*stream_->size());
}

} // namespace mtlsca::app

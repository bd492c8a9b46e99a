#include "batch_rows.h"

#include "output.h"

#include "encoding/csv.h"
#include "encoding/text.h"

#include <algorithm>
#include <charconv>

namespace mtlsca::app {
namespace {

using authority::BulkRow;
using authority::BulkWish;

constexpr const char* known_fields[]{"name", "profile", "san", "ou",         "owner",  "labels",
                                     "bind", "days",    "key", "attributes", "deploy", "csr"};

bool is_known(std::string_view field) {
    return std::find(std::begin(known_fields), std::end(known_fields), field) != std::end(known_fields);
}

std::string hint_of_fields() {
    return "known are " + joined(std::vector<std::string>(std::begin(known_fields), std::end(known_fields)));
}

// "dns:a.example;dns:b.example"
std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> values;
    while (!text.empty()) {
        const std::size_t size = std::min(text.find(';'), text.size());
        const std::string_view value = text.substr(0, size);
        const std::size_t begin = value.find_first_not_of(' ');
        if (begin != std::string_view::npos)
            values.emplace_back(value.substr(begin, value.find_last_not_of(' ') - begin + 1));
        text.remove_prefix(std::min(size + 1, text.size()));
    }
    return values;
}

bool has_several(std::string_view field) {
    return field == "san" || field == "ou" || field == "labels" || field == "bind" || field == "attributes" ||
           field == "deploy";
}

Error bad_field(const BulkRow& row, const std::string& field, const std::string& reason,
                const std::string& hint = {}) {
    return {Code::refused, row.name, field + ": " + reason, hint};
}

std::string scalar(const BulkRow& row, const std::string& field, const Json& value) {
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_number_integer())
        return value.dump();
    throw bad_field(row, field, "is neither text nor a whole number");
}

std::vector<std::string> json_list(const BulkRow& row, const std::string& field, const Json& value) {
    std::vector<std::string> values;
    if (value.is_null())
        return values;
    if (value.is_array())
        for (const Json& element : value)
            values.push_back(scalar(row, field, element));
    else if (value.is_object() && field == "labels")
        for (const auto& [key, element] : value.items())
            values.push_back(key + "=" + scalar(row, field, element));
    else if (has_several(field))
        values = split(scalar(row, field, value));
    else
        values.push_back(scalar(row, field, value));
    return values;
}

void append(std::vector<std::string>& to, const std::vector<std::string>& more) {
    to.insert(to.end(), more.begin(), more.end());
}

Duration parse_row_days(const BulkRow& row, const std::string& text) {
    constexpr int most_days = 36500; // as --days
    int days = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), days);
    if (problem != std::errc{} || end != text.data() + text.size() || days < 1 || days > most_days)
        throw bad_field(row, "days", text + " is not a number of days from 1 to 36500");
    return std::chrono::days(days);
}

// What the row says, each part with its length, so that no two rows say the same in other parts.
class Content {
public:
    void add(std::string_view part) { text_ += std::to_string(part.size()) + ':' + std::string(part); }
    void add(const std::vector<std::string>& parts) {
        add(std::to_string(parts.size()));
        for (const std::string& part : parts)
            add(part);
    }
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

store::RowDigest digest_of(const BulkWish& wish) {
    const policy::SigningOptions& options = wish.options;
    Content content;
    content.add(options.name.value_or(""));
    content.add(wish.profile->name);
    content.add(options.sans);
    content.add(options.ous);
    content.add(options.attributes);
    content.add(options.owner);
    content.add(options.labels);
    content.add(options.bindings);
    content.add(options.deployments);
    content.add(options.validity ? to_string(*options.validity) : "");
    content.add(wish.key_type ? to_string(*wish.key_type) : "");
    content.add(wish.request ? as_text(wish.request->der()) : "");
    return store::row_digest(content.text());
}

} // namespace

BatchRows::BatchRows(const policy::Config& config, BatchDefaults defaults, const BatchInput& input,
                     io::Path source)
    : config_(config), defaults_(std::move(defaults)), kind_(input.kind()),
      input_folder_(input.kind() == BatchInput::Kind::folder ? std::move(source) : io::Path()),
      has_requests_(input.has_requests() || !defaults_.request_folder.empty()) {
    if (kind_ != BatchInput::Kind::csv)
        return;
    columns_ = encoding::csv_fields(input.header()).value_or(std::vector<std::string>{input.header()});
    Findings unknown;
    for (const std::string& column : columns_)
        if (!is_known(column))
            unknown.push_back({Severity::error, "column-unknown", column, "is no column of a batch"});
    if (!unknown.empty())
        throw Error(Code::refused, "header of the input", "has unknown columns", hint_of_fields(),
                    std::move(unknown));
}

BulkWish BatchRows::wish(BulkRow& row) const {
    BulkWish wish = kind_ == BatchInput::Kind::csv || kind_ == BatchInput::Kind::json_lines
                        ? wish_of_fields(row)
                        : wish_of_request(row, input_folder_);
    row.digest = digest_of(wish);
    return wish;
}

std::vector<BatchRows::Values> BatchRows::csv_values(const BulkRow& row) const {
    const auto fields = encoding::csv_fields(row.text);
    if (!fields)
        throw Error(Code::refused, row.name, "is no CSV: a quote is in the wrong place",
                    "a field with quotes or commas is quoted as a whole, and its quotes are doubled");
    if (fields->size() != columns_.size())
        throw Error(Code::refused, row.name,
                    "has " + count_of(fields->size(), "field") + " and the header " +
                        std::to_string(columns_.size()),
                    "quote a field that holds commas");
    std::vector<Values> values;
    for (std::size_t i = 0; i < fields->size(); ++i)
        if (const std::string& text = (*fields)[i]; !text.empty())
            values.push_back({columns_[i], has_several(columns_[i]) ? split(text) : std::vector{text}});
    return values;
}

std::vector<BatchRows::Values> BatchRows::json_values(const BulkRow& row) {
    const Json object = Json::parse(row.text, nullptr, /*allow_exceptions=*/false);
    if (!object.is_object())
        throw Error(Code::refused, row.name, "is no JSON object", "one object on each line");
    std::vector<Values> values;
    Findings unknown;
    for (const auto& [field, value] : object.items()) {
        if (!is_known(field))
            unknown.push_back({Severity::error, "key-unknown", field, "is no key of a batch"});
        else if (!value.is_null())
            values.push_back({field, json_list(row, field, value)});
    }
    if (!unknown.empty())
        throw Error(Code::refused, row.name, "has unknown keys", hint_of_fields(), std::move(unknown));
    return values;
}

BulkWish BatchRows::wish_of_fields(BulkRow& row) const {
    BulkWish wish;
    wish.options = defaults_.options;
    wish.key_type = defaults_.key_type;
    std::string profile = defaults_.profile, request_file;
    policy::SigningOptions& options = wish.options;
    for (auto& [field, values] : kind_ == BatchInput::Kind::csv ? csv_values(row) : json_values(row)) {
        if (!has_several(field) && values.size() != 1)
            throw bad_field(row, field, "has " + count_of(values.size(), "value"), "it takes one");
        if (field == "name") {
            options.name = values.front();
            row.name = values.front();
        } else if (field == "profile") {
            profile = values.front();
        } else if (field == "san") {
            append(options.sans, values);
        } else if (field == "ou") {
            append(options.ous, values);
        } else if (field == "owner") {
            options.owner = values.front();
        } else if (field == "labels") {
            append(options.labels, values);
        } else if (field == "bind") {
            append(options.bindings, values);
        } else if (field == "attributes") {
            append(options.attributes, values);
        } else if (field == "deploy") {
            append(options.deployments, values);
        } else if (field == "days") {
            options.validity = parse_row_days(row, values.front());
        } else if (field == "csr") {
            request_file = values.front();
        } else if (const auto type = x509::parse_key_type(values.front())) {
            wish.key_type = type;
        } else {
            throw bad_field(row, "key", values.front() + " is not a key type");
        }
    }
    wish.profile = &policy::find_profile(config_, profile);
    if (!options.name && !has_requests_)
        throw Error(Code::refused, row.name, "has no name", "each row needs one");
    if (!has_requests_ && !request_file.empty())
        throw bad_field(row, "csr", "and no --csr-dir to find it in");
    if (has_requests_) {
        if (request_file.empty() && !options.name)
            throw Error(Code::refused, row.name, "has neither a name nor a csr",
                        "each row needs one of them");
        if (request_file.empty())
            request_file = encoding::to_file_name(*options.name) + ".csr";
        take_request(row, wish,
                     io::read_file(defaults_.request_folder / request_file, x509::request_max_bytes));
    }
    return wish;
}

BulkWish BatchRows::wish_of_request(BulkRow& row, const io::Path& folder) const {
    BulkWish wish;
    wish.options = defaults_.options;
    wish.profile = &policy::find_profile(config_, defaults_.profile);
    if (folder.empty())
        take_request(row, wish, as_bytes(row.text));
    else
        take_request(row, wish, io::read_file(folder / row.name, x509::request_max_bytes));
    return wish;
}

void BatchRows::take_request(BulkRow& row, BulkWish& wish, ByteView bytes) const {
    wish.request = x509::UnverifiedRequest::parse(bytes, row.name);
    wish.key_type.reset();
}

} // namespace mtlsca::app

#include "output.h"

#include "last_warning.h"

#include "encoding/base64.h"
#include "encoding/hex.h"
#include "encoding/text.h"
#include "io/descriptor.h"

#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace mtlsca::app {
namespace {

constexpr std::size_t label_width = 14;

std::string to_line(const Json& value, int indent) {
    return value.dump(indent, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
}

Json hex_or_null(ByteView bytes) {
    return bytes.empty() ? Json(nullptr) : Json(encoding::to_hex(bytes));
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

} // namespace

void Output::raw(std::string_view bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size())
        throw Error(Code::failed, "standard output", "cannot be written");
}

void Output::secret(std::string_view bytes) {
    flush();
    io::write_all(STDOUT_FILENO, as_bytes(bytes), "standard output");
}

void Output::line(std::string_view text) {
    raw(encoding::printable(text) + "\n");
}

void Output::field(std::string_view label, std::string_view value) {
    if (!value.empty())
        line(fmt::format("  {:<{}}{}", label, label_width, value));
}

void Output::json(const Json& value) {
    raw(to_line(value, 2) + "\n");
}

void Output::begin_array() {
    first_element_ = true;
    raw("[");
}

void Output::element(const Json& value) {
    raw(first_element_ ? "\n  " : ",\n  ");
    first_element_ = false;
    raw(to_line(value, -1));
}

void Output::end_array() {
    raw(first_element_ ? "]\n" : "\n]\n");
}

void Output::flush() {
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
        throw Error(Code::failed, "standard output", "cannot be written");
}

namespace {

bool telling_in_json = false;
std::string last_warning_text;

void tell_one(const char* kind, std::string_view text) {
    if (telling_in_json)
        fmt::print(stderr, "{}\n", to_line({{kind, text}}, -1));
    else
        fmt::print(stderr, "mtlsca: {}: {}\n", kind, encoding::printable(text));
}

} // namespace

void tell_in_json(bool json) {
    telling_in_json = json;
}

void note(std::string_view text) {
    tell_one("note", text);
}

void warn(std::string_view text) {
    last_warning_text = text;
    tell_one("warning", text);
}

const std::string& last_warning() {
    return last_warning_text;
}

Json to_json(const Findings& findings) {
    Json array = Json::array();
    for (const Finding& finding : findings)
        array.push_back({{"severity", to_string(finding.severity)},
                         {"rule", finding.rule},
                         {"subject", finding.subject},
                         {"detail", finding.detail}});
    return array;
}

Json error_json(const Error& error, const std::string& hint) {
    return {{"code", static_cast<int>(error.code)},
            {"message", error.object + ": " + error.reason},
            {"hint", text_or_null(hint)},
            {"findings", to_json(error.findings)}};
}

Json to_json(const policy::Decision& decision) {
    return {{"field", decision.field},
            {"requested", text_or_null(decision.requested)},
            {"outcome", to_string(decision.outcome)},
            {"result", text_or_null(decision.result)},
            {"why", text_or_null(decision.why)}};
}

Json issued_json(const store::Certificate& certificate, const std::string& certificate_file,
                 const std::string& key_file) {
    return {{"serial", encoding::to_upper_hex(certificate.serial)},
            {"name", certificate.name},
            {"profile", certificate.profile},
            {"subject", certificate.subject},
            {"san", certificate.sans},
            {"not_before", to_rfc3339(certificate.not_before)},
            {"not_after", to_rfc3339(certificate.not_after)},
            {"sha256", hex_or_null(certificate.fingerprint)},
            {"certificate_file", text_or_null(certificate_file)},
            {"key_file", text_or_null(key_file)}};
}

Json inventory_json(const store::Certificate& certificate, Time now) {
    Json object = issued_json(certificate, {}, {});
    Json labels = Json::object();
    for (const store::Label& label : certificate.labels)
        labels[label.key] = label.value;
    object["status"] = store::to_string(store::status(certificate, now));
    object["owner"] = text_or_null(certificate.owner);
    object["labels"] = std::move(labels);
    object["ou"] = certificate.ous;
    const auto& revocation = certificate.revocation;
    object["revoked_at"] = revocation ? Json(to_rfc3339(revocation->revoked_at)) : Json(nullptr);
    object["reason"] = revocation ? Json(x509::to_string(revocation->reason)) : Json(nullptr);
    object["invalidity_date"] = revocation && revocation->invalidity_date
                                    ? Json(to_rfc3339(*revocation->invalidity_date))
                                    : Json(nullptr);
    object["bindings"] = certificate.bindings;
    object["deployments"] = certificate.deployments;
    object["recorded_at"] = to_rfc3339(certificate.recorded_at);
    object["x5t_s256"] = text_or_null(encoding::to_base64url(certificate.fingerprint));
    return object;
}

Json publication_json(const authority::Publication& publication) {
    Json crls = Json::array();
    for (const authority::CrlFile& file : publication.crls)
        crls.push_back({{"issuer", file.issuer},
                        {"number", file.crl.number},
                        {"this_update", to_rfc3339(file.crl.this_update)},
                        {"next_update", to_rfc3339(file.crl.next_update)},
                        {"entries", file.crl.entries},
                        {"file", file.file.string()}});
    return {{"changed", publication.changed},
            {"crls", std::move(crls)},
            {"bundle_file", publication.bundle.string()}};
}

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
    return fmt::format("{}", fmt::join(words, separator));
}

std::string joined(const std::vector<store::Label>& labels) {
    std::string text;
    for (const store::Label& label : labels)
        text += (text.empty() ? "" : ", ") + label.key + "=" + label.value;
    return text;
}

std::string count_of(std::uint64_t count, const char* thing) {
    const std::string_view word(thing);
    if (count == 1)
        return fmt::format("1 {}", word);
    if (word.ends_with('y'))
        return fmt::format("{} {}ies", count, word.substr(0, word.size() - 1));
    return fmt::format("{} {}s", count, word);
}

std::string left_until(Time until, Time now) {
    return until > now ? in_words(until - now) + " left" : in_words(now - until) + " ago";
}

} // namespace mtlsca::app

#include "output.h"

#include "json_line.h"
#include "last_warning.h"
#include "standard_error.h"

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

void Output::element(std::string_view json) {
    raw(first_element_ ? "\n  " : ",\n  ");
    first_element_ = false;
    raw(json);
}

void Output::element(const Json& value) {
    element(std::string_view(to_line(value, -1)));
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
        to_standard_error(to_line({{kind, text}}, -1) + "\n");
    else
        to_standard_error(fmt::format("mtlsca: {}: {}\n", kind, encoding::printable(text)));
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

namespace {

void add_issued(JsonLine& line, const store::Certificate& certificate, const std::string& certificate_file,
                const std::string& key_file) {
    line.add("serial", encoding::to_upper_hex(certificate.serial))
        .add("name", certificate.name)
        .add("profile", certificate.profile)
        .add("subject", certificate.subject)
        .add("san", certificate.sans)
        .add("not_before", to_rfc3339(certificate.not_before))
        .add("not_after", to_rfc3339(certificate.not_after))
        .add_or_null("sha256", encoding::to_hex(certificate.fingerprint))
        .add_or_null("certificate_file", certificate_file)
        .add_or_null("key_file", key_file);
}

std::string labels_line(const store::Certificate& certificate) {
    Json labels = Json::object(); // where two have one key, the last one counts
    for (const store::Label& label : certificate.labels)
        labels[label.key] = label.value;
    return to_line(labels, -1);
}

} // namespace

std::string issued_line(const store::Certificate& certificate, const std::string& certificate_file,
                        const std::string& key_file) {
    JsonLine line;
    add_issued(line, certificate, certificate_file, key_file);
    return line.take();
}

Json issued_json(const store::Certificate& certificate, const std::string& certificate_file,
                 const std::string& key_file) {
    return Json::parse(issued_line(certificate, certificate_file, key_file));
}

std::string inventory_line(const store::Certificate& certificate, Time now,
                           const std::vector<std::string>* orphan) {
    JsonLine line;
    add_issued(line, certificate, {}, {});
    line.add("status", store::to_string(store::status(certificate, now)))
        .add_or_null("owner", certificate.owner)
        .add_json("labels", certificate.labels.empty() ? "{}" : labels_line(certificate))
        .add("ou", certificate.ous);
    const auto& revocation = certificate.revocation;
    line.add_or_null("revoked_at", revocation ? to_rfc3339(revocation->revoked_at) : std::string())
        .add_or_null("reason", revocation ? x509::to_string(revocation->reason) : "")
        .add_or_null("invalidity_date", revocation && revocation->invalidity_date
                                            ? to_rfc3339(*revocation->invalidity_date)
                                            : std::string())
        .add("bindings", certificate.bindings)
        .add("deployments", certificate.deployments)
        .add("recorded_at", to_rfc3339(certificate.recorded_at))
        .add_or_null("x5t_s256", encoding::to_base64url(certificate.fingerprint));
    if (orphan != nullptr)
        line.add("orphan", *orphan);
    return line.take();
}

Json inventory_json(const store::Certificate& certificate, Time now) {
    return Json::parse(inventory_line(certificate, now, nullptr));
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

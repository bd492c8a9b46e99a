#include "batch_delivery.h"

#include "json_line.h"
#include "signing.h"

#include "authority/certificate/deployment.h"
#include "encoding/hex.h"
#include "encoding/pem.h"
#include "io/walk.h"

#include <algorithm>

namespace mtlsca::app {
namespace {

using authority::BulkRow;

std::string chain_text(const authority::Ca& ca, store::IssuerId issuer) {
    std::string pem;
    for (const x509::Certificate& certificate : ca.chain(issuer))
        pem += certificate.to_pem();
    return pem;
}

std::string json_text(const Json& value) {
    return value.dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
}

// PEM as the inside of a JSON string: of all its characters only the ends of lines need an escape.
std::size_t escaped_size(std::string_view pem) {
    return pem.size() + static_cast<std::size_t>(std::count(pem.begin(), pem.end(), '\n'));
}
char* append(char* to, std::string_view text) {
    return std::copy(text.begin(), text.end(), to);
}
char* append_escaped(char* to, std::string_view pem) {
    for (std::size_t end = pem.find('\n'); end != std::string_view::npos; end = pem.find('\n')) {
        to = append(append(to, pem.substr(0, end)), "\\n");
        pem.remove_prefix(end + 1);
    }
    return append(to, pem);
}

// The object's line, and in it the PEM of the certificate and of its key, which is in no other text on its
// way.
Secret with_pem(std::string object, std::string_view certificate, std::string_view key) {
    object.pop_back();
    constexpr std::string_view certificate_begin = R"(,"certificate":")", key_begin = R"(","key":")",
                               end = "\"}\n";
    Secret text(object.size() + certificate_begin.size() + escaped_size(certificate) +
                (key.empty() ? 0 : key_begin.size() + escaped_size(key)) + end.size());
    char* to = append(text.data(), object);
    to = append(to, certificate_begin);
    to = append_escaped(to, certificate);
    if (!key.empty())
        to = append_escaped(append(to, key_begin), key);
    append(to, end);
    return text;
}

// Linux lets one thread at a time make files in a folder, and the others spin meanwhile: neighbours, which
// mostly are one thread's, share one. There are more than chunks under way need, so that each is small: a
// file is looked for in it twice to get its name.
constexpr std::uint64_t scratch_folders = 256, neighbours = 32;

std::string member(const BulkRow& row, const char* extension) {
    const std::uint64_t folder = (row.number - 1) / neighbours % scratch_folders;
    return std::to_string(folder) + "/" + std::to_string(row.number) + extension;
}
std::string key_member(const BulkRow& row) {
    return member(row, ".key");
}
std::string certificate_member(const BulkRow& row) {
    return member(row, ".crt");
}

std::string_view file_name(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

// An encrypted one is believed: nobody else writes keys of this name.
bool has_key(const io::Path& path, const store::Certificate& certificate) {
    try {
        return x509::is_key_of(path, certificate.spki_sha256).value_or(true);
    } catch (const Error&) {
        return false; // not there, or no key
    }
}

Error lost_key(const BulkRow& row, const std::string& why) {
    const std::string serial = encoding::to_upper_hex(row.issuance.record.serial);
    return {Code::already, row.name, "is issued as " + serial + " by the run that was cut off, and " + why,
            "where you don't have it: mtlsca revoke " + serial + ", and --resume once more"};
}

} // namespace

BatchDelivery::BatchDelivery(Session& session, const authority::Ca& ca, BatchInput& input,
                             const BatchRows& rows, io::Interruption& interruption, Settings settings)
    : session_(session), ca_(ca), input_(input), rows_(rows), interruption_(interruption),
      settings_(std::move(settings)),
      folder_(settings_.folder.empty() ? io::Path() : std::filesystem::absolute(settings_.folder)),
      issuing_chain_(chain_text(ca, ca.issuing().record.id)) {
    if (!has_folder() || settings_.is_pretended)
        return;
    io::make_folder(settings_.folder, rows.makes_keys() ? 0700 : 0755);
    auto names = io::walk_if_readable(settings_.folder);
    folder_was_empty_ = names && !names->next();
    scratch_.emplace(settings_.folder, ".mtlsca-batch");
}

bool BatchDelivery::read(BulkRow& row) {
    constexpr std::uint64_t look_every_rows = 64; // a system call
    if (read_++ % look_every_rows == 0 && was_interrupted())
        return false;
    try {
        return input_.next(row);
    } catch (const Error&) {
        if (was_interrupted()) // in the middle of an archive
            return false;
        throw;
    }
}

io::Path BatchDelivery::file(const std::string& name, const char* extension) const {
    return has_folder() ? file_of(folder_, name, extension) : io::Path();
}

authority::IssueOptions BatchDelivery::issue_options(BulkRow& row) const {
    authority::IssueOptions options;
    options.deliveries =
        authority::deploy_deliveries(ca_.config(), row.plan->profile(), row.plan->deployments());
    if (has_folder()) {
        options.certificate_file = file(row.plan->name(), ".crt");
        options.key_file = row.key ? file(row.plan->name(), ".key").string() : std::string();
        // Here, for while files get their names in this folder whoever looks into it has to wait. Where there
        // was nothing keys need no look: keep() overwrites none.
        row.place_is_taken = !(folder_was_empty_ && row.key) && io::exists(claim_of(options));
    }
    return options;
}

// What must not be there yet: a key, or for a request its certificate.
const std::string& BatchDelivery::claim_of(const authority::IssueOptions& options) {
    return options.key_file.empty() ? options.certificate_file : options.key_file;
}

void BatchDelivery::claim(const BulkRow& row) {
    if (!has_folder())
        return;
    const std::string& path = claim_of(row.issuance.options);
    if (!claimed_.insert(path).second || row.place_is_taken)
        throw Error(Code::already, path, "is there already", "write elsewhere with --out, or move it away");
}

std::optional<x509::PrivateKey> BatchDelivery::kept_key(const BulkRow& row,
                                                        const store::Certificate& earlier) {
    const std::string& path = row.issuance.options.key_file;
    if (path.empty() || !io::exists(path))
        return std::nullopt;
    try {
        auto key = x509::PrivateKey::open(
            path, [&] { return settings_.key_pass ? Secret(settings_.key_pass->view()) : Secret(); });
        const x509::Sha256 digest = key.public_key().spki_sha256();
        if (std::equal(digest.begin(), digest.end(), earlier.spki_sha256.begin(), earlier.spki_sha256.end()))
            return key;
    } catch (const Error&) {
        return std::nullopt; // another's, which claim() refuses to overwrite
    }
    return std::nullopt;
}

void BatchDelivery::recover(BulkRow& row, bool is_delivered) {
    const std::string& name = row.issuance.record.name;
    const io::Path key_file = file(name, ".key"), certificate_file = file(name, ".crt");
    if (!is_delivered && row.key && !has_folder())
        throw lost_key(row, "its key may be lost");
    if (!is_delivered && row.key && !has_key(key_file, row.issuance.record))
        throw lost_key(row, key_file.string() + " is not its key");
    // What lies there may be a successor by now.
    if (is_delivered || (has_folder() && io::exists(certificate_file)))
        row.issuance.options.certificate_file.clear();
    else
        row.issuance.options.certificate_file = certificate_file;
}

void BatchDelivery::write(BulkRow& row) const {
    const std::string certificate =
        encoding::to_pem("CERTIFICATE", row.issuance.record.der) +
        (row.was_done_before ? chain_text(ca_, row.issuance.record.issuer) : issuing_chain_);
    Secret key;
    if (row.key && !row.was_done_before && !row.key_is_kept)
        key = settings_.key_pass ? row.key->to_pem(*settings_.key_pass) : row.key->to_pem();
    if (has_folder()) {
        if (!key.empty())
            scratch_->add(key_member(row), as_bytes(key.view()), io::Mode::private_file);
        if (!row.issuance.options.certificate_file.empty())
            scratch_->add(certificate_member(row), as_bytes(certificate), io::Mode::public_file);
        row.output = Secret(outcome(row) + "\n");
    } else if (settings_.is_pem) {
        row.output = Secret(key.size() + certificate.size());
        append(append(row.output.data(), key.view()), certificate);
    } else {
        row.output = with_pem(outcome(row), certificate, key.view());
    }
}

void BatchDelivery::sync() {
    if (has_folder())
        scratch_->sync();
}

void BatchDelivery::keep(std::vector<BulkRow>& rows) {
    if (!has_folder())
        return;
    for (const BulkRow& row : rows)
        if (row.has_certificate() && !row.issuance.options.key_file.empty() && !row.was_done_before &&
            !row.key_is_kept)
            scratch_->place_new(key_member(row), file_name(row.issuance.options.key_file));
    io::sync_folder(folder_);
}

void BatchDelivery::publish(std::vector<BulkRow>& rows) {
    if (!has_folder())
        return;
    for (const BulkRow& row : rows)
        if (row.has_certificate() && !row.issuance.options.certificate_file.empty())
            scratch_->place(certificate_member(row), file_name(row.issuance.options.certificate_file));
    io::sync_folder(folder_);
}

// Rows that were looked at before this one had its file may still come to claim it.
void BatchDelivery::let_go_of(const std::string& claim) {
    constexpr std::size_t rows_under_way_most = 16UL * 1024;
    if (claim.empty())
        return;
    delivered_claims_.push_back(claim);
    if (delivered_claims_.size() <= rows_under_way_most)
        return;
    claimed_.erase(delivered_claims_.front());
    delivered_claims_.pop_front();
}

void BatchDelivery::deliver(std::vector<BulkRow>& rows) {
    for (const BulkRow& row : rows) {
        let_go_of(claim_of(row.issuance.options));
        if (settings_.is_pem && !has_folder() && row.error)
            tell_failure(row);
        else if (row.output.empty())
            session_.out.raw(outcome(row) + "\n");
        else if (has_folder())
            session_.out.raw(row.output.view());
        else
            session_.out.secret(row.output.view());
        has_deliveries_ = has_deliveries_ || !row.issuance.options.deliveries.empty();
    }
    session_.out.flush();
    delivered_ += rows.size();
    progress_.show(delivered_, input_.share_done());
}

std::string BatchDelivery::outcome(const BulkRow& row) const {
    JsonLine line;
    line.add_json("row", std::to_string(row.number));
    if (row.error) {
        const Error& error = *row.error;
        const std::string hint =
            error.hint.empty() && !error.findings.empty() ? hint_of_refusal(error.findings) : error.hint;
        line.add("outcome", error.code == Code::refused ? "refused" : "failed")
            .add("name", row.name)
            .add_json("error", json_text(error_json(error, hint)));
        return line.take();
    }
    if (settings_.is_pretended) {
        line.add("outcome", "granted").add("name", row.plan->name()).add("profile", row.plan->profile());
    } else {
        const std::string& name = row.issuance.record.name;
        const std::string key_file = row.key ? file(name, ".key").string() : std::string();
        line.add("outcome", row.was_done_before ? "done before" : "issued")
            .add_members(issued_line(row.issuance.record, file(name, ".crt"), key_file));
    }
    if (!row.findings.empty())
        line.add_json("findings", json_text(to_json(row.findings)));
    return line.take();
}

void BatchDelivery::tell_failure(const BulkRow& row) const {
    std::string text =
        "row " + std::to_string(row.number) + ", " + row.error->object + ": " + row.error->reason;
    for (const Finding& finding : row.error->findings)
        text += "; " + finding.subject + ": " + finding.detail;
    warn(text);
}

} // namespace mtlsca::app

#include "renewed_files.h"

#include "encoding/hex.h"
#include "io/walk.h"

#include <algorithm>

namespace mtlsca::app {
namespace {

constexpr std::size_t certificate_file_max_bytes = 64UL * 1024;
constexpr std::size_t digits = 16;             // of the key's SHA-256: no two keys of one name share them
constexpr std::size_t longest_file_name = 200; // leaves room for what stands behind it (NAME_MAX is 255)
constexpr std::string_view staged_ending = ".new";

// "alice.key." for out/alice.key
std::string staged_beginning(const io::Path& key_file) {
    return key_file.filename().string().substr(0, longest_file_name) + ".";
}

io::Path staged_key(const io::Path& key_file, ByteView spki_sha256) {
    return key_file.parent_path() / (staged_beginning(key_file) +
                                     encoding::to_hex(spki_sha256).substr(0, digits).append(staged_ending));
}

bool is_staged_key(const std::string& name, const std::string& beginning) {
    if (name.size() != beginning.size() + digits + staged_ending.size() || !name.starts_with(beginning) ||
        !name.ends_with(staged_ending))
        return false;
    return encoding::from_hex(name.substr(beginning.size(), digits)).has_value();
}

bool is_awaited(authority::Ca& ca, const io::Path& staged, const io::Path& key_file) {
    bool is_found = false;
    store::for_each_undelivered(ca.database(), [&](store::CertificateId id) {
        const auto certificate = store::by_id(ca.database(), id);
        is_found = certificate && staged_key(key_file, certificate->spki_sha256) == staged;
        return !is_found;
    });
    return is_found;
}

// ".alice.key.0123456789abcdef.new.000000.tmp": a staged key that was still being written (io/file.h). Its
// target is never written again, so that nobody else removes it.
bool is_half_staged_key(const std::string& name, const std::string& beginning) {
    const std::size_t end = name.rfind(std::string(staged_ending) + ".");
    return name.starts_with('.') && name.ends_with(".tmp") && end != std::string::npos &&
           is_staged_key(name.substr(1, end + staged_ending.size() - 1), beginning);
}

void remove_stale_keys(authority::Ca& ca, const io::Path& key_file) {
    const std::string beginning = staged_beginning(key_file);
    auto walk = io::walk_if_readable(io::folder_of(key_file));
    while (walk && walk->next()) {
        const std::string name = walk->name();
        const io::Path path = key_file.parent_path() / name; // as is_awaited() spells it
        if (is_half_staged_key(name, beginning) ||
            (is_staged_key(name, beginning) && !is_awaited(ca, path, key_file)))
            io::remove_file(path);
    }
}

// The certificate in a file that our inventory knows.
std::optional<store::Certificate> certificate_in(authority::Ca& ca, const io::Path& file, Time now) {
    if (!io::exists(file))
        return std::nullopt;
    try {
        const auto read =
            x509::Certificate::parse(io::read_file(file, certificate_file_max_bytes), file.string());
        const x509::Sha256 fingerprint = read.fingerprint();
        store::Filter filter;
        filter.fingerprint = Bytes(fingerprint.begin(), fingerprint.end());
        auto found = store::find(ca.database(), filter, now, 1);
        return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
    } catch (const Error& error) {
        if (error.code == Code::refused) // no certificate: replaced, as issue and sign do
            return std::nullopt;
        throw;
    }
}

bool is_before(authority::Ca& ca, store::CertificateId id, store::Certificate certificate) {
    while (certificate.id != id) {
        auto before = certificate.renews ? store::by_id(ca.database(), *certificate.renews) : std::nullopt;
        if (!before)
            return false;
        certificate = std::move(*before);
    }
    return true;
}

} // namespace

void refuse_bad_target(authority::Ca& ca, const RenewedFiles& files, const store::Certificate& predecessor,
                       NewKey new_key, Time now) {
    std::error_code unknown;
    const io::Path folder = files.certificate.parent_path();
    const auto type = std::filesystem::symlink_status(folder.empty() ? "." : folder, unknown).type();
    if (type == std::filesystem::file_type::regular)
        throw Error(Code::failed, folder, "is not a folder", "name a folder with --out");
    if (new_key != NewKey::none &&
        std::filesystem::symlink_status(files.key, unknown).type() == std::filesystem::file_type::symlink)
        throw Error(Code::failed, files.key, "is a link, and keys are not written through links",
                    "remove it, or write elsewhere with --out");
    if (new_key == NewKey::in_its_place && io::exists(files.key))
        throw Error(Code::already, files.key, "is there already",
                    "write elsewhere with --out, or overwrite it with --force");
    const auto other = certificate_in(ca, files.certificate, now);
    if (other && store::is_live(*other, now) && !is_before(ca, other->id, predecessor))
        throw Error(Code::already, files.certificate,
                    "holds another live certificate, serial " + encoding::to_upper_hex(other->serial),
                    "write elsewhere with --out");
}

bool holds_key_of(const io::Path& file, ByteView spki_sha256) {
    try {
        return x509::is_key_of(file, spki_sha256).value_or(false);
    } catch (const Error&) {
        return false;
    }
}

void stage_key(authority::Ca& ca, const io::Path& key_file, const x509::PrivateKey& key,
               const std::optional<Secret>& passphrase) {
    remove_stale_keys(ca, key_file);
    const Secret pem = passphrase ? key.to_pem(*passphrase) : key.to_pem();
    io::write_new_file(staged_key(key_file, key.public_key().spki_sha256()), as_bytes(pem.view()),
                       io::Mode::private_file);
}

void discard_staged_key(authority::Ca& ca, const io::Path& key_file, ByteView spki_sha256) {
    const io::Path staged = staged_key(key_file, spki_sha256);
    if (!is_awaited(ca, staged, key_file))
        io::remove_file(staged);
}

namespace {

bool is_same(const io::Path& left, const io::Path& right) {
    const io::MappedFile one(left);
    const io::MappedFile other(right);
    return std::equal(one.bytes().begin(), one.bytes().end(), other.bytes().begin(), other.bytes().end());
}

void install_key(const store::Certificate& certificate, const store::Delivery& delivery) {
    const io::Path target = delivery.key_file;
    const io::Path staged = staged_key(target, certificate.spki_sha256);
    if (!io::exists(staged)) {
        if (io::exists(target)) // put in place by a run that died before it could say so
            return;
        throw Error(Code::failed, target, "the new key of " + certificate.name + " is lost",
                    "mtlsca revoke " + encoding::to_upper_hex(certificate.serial) +
                        ", and renew its predecessor again");
    }
    {
        const io::MappedFile key(staged);
        if (delivery.target == replaced_key_target)
            io::write_file(target, key.bytes(), io::Mode::private_file);
        else if (!io::exists(target) || !is_same(staged, target))
            io::write_new_file(target, key.bytes(), io::Mode::private_file);
    }
    io::remove_file(staged);
}

} // namespace

void install(const authority::Ca& ca, const store::Certificate& certificate,
             const store::Delivery& delivery) {
    const io::Path file = delivery.certificate_file;
    io::make_folder(file.parent_path(), 0755);
    if (delivery.target != file_target)
        install_key(certificate, delivery);
    io::write_file(file, authority::chain_pem(ca, certificate), io::Mode::public_file);
}

} // namespace mtlsca::app

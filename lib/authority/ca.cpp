#include "authority/ca.h"

#include "io/inspection.h"
#include "store/audit/audit.h"
#include "store/issuer/crls.h"

#include <algorithm>

namespace mtlsca::authority {
namespace {

constexpr std::size_t settings_max_bytes = 1 << 20; // a hundred times what people write

policy::Config read_config(const CaFolder& folder) {
    const Bytes text = io::read_file(folder.settings(), settings_max_bytes);
    const std::string object = folder.settings();
    return policy::check_settings(policy::read_settings(as_text(text), object), object);
}

// Whoever can write there decides what is signed, what is revoked and which commands are run. A group may,
// with a warning of `status`: several people may share a CA.
void refuse_if_everybody_can_write(const CaFolder& folder) {
    constexpr mode_t everybody_writes = 02;
    // A folder that is named by a link is meant, not the link.
    for (const io::Path& path :
         {folder.home / "", folder.private_folder(), folder.settings(), folder.database()}) {
        const auto state = io::file_state(path);
        if (state && !state->is_link && (state->mode & everybody_writes) != 0)
            throw Error(Code::refused, path == folder.home / "" ? folder.home : path,
                        "can be written by every user, who would decide what is signed",
                        "mtlsca status --fix takes that away; what they did is for audit verify and db check "
                        "to say");
    }
}

} // namespace

Ca::Ca(CaFolder folder, store::Database database, Access access)
    : folder_(std::move(folder)), database_(std::move(database)), access_(std::move(access)) {}

Ca Ca::open(const io::Path& home, Access access) {
    CaFolder folder{home};
    if (!io::exists(folder.database()))
        throw Error(Code::not_found, home, "holds no CA",
                    "make one with mtlsca init, or name its folder with --home");
    const auto database_file = io::identity_of(folder.database());
    store::Database database = store::Database::open(folder.database(), access.database, access.lock_timeout);
    Ca ca(folder, std::move(database), std::move(access));
    if (ca.access_.database == store::Database::Access::write && ca.access_.needs_settings)
        ca.config();
    ca.database_file_ = database_file;
    ca.reload();
    return ca;
}

const policy::Config& Ca::config() const {
    if (!config_)
        config_ = read_config(folder_);
    return *config_;
}

std::optional<Error> Ca::settings_problem() const {
    try {
        config();
        return std::nullopt;
    } catch (const Error& error) {
        return error;
    }
}

Ca::CrlTimes Ca::crl_times(const Tier& tier) const {
    const bool issues = tier.record.issues;
    if (!settings_problem())
        return {config().backdate, issues ? config().next_update : config().root_next_update,
                issues ? config().overlap : config().root_overlap};
    policy::Settings nothing_said;
    nothing_said.ca_name = tier.name();
    const policy::Config defaults = policy::check_settings(nothing_said, tier.name());
    CrlTimes times{defaults.backdate, issues ? defaults.next_update : defaults.root_next_update,
                   issues ? defaults.overlap : defaults.root_overlap};
    if (const auto latest = store::latest_crl(database_, tier.record.id))
        times.next_update =
            std::max<Duration>(latest->next_update - latest->this_update - times.backdate, times.backdate);
    times.overlap = std::min(times.overlap, times.next_update / 4);
    return times;
}

void Ca::reload() {
    tiers_.clear();
    subjects_.clear();
    cross_certificates_.clear();
    const store::Snapshot snapshot(database_);
    for (store::Issuer& record : store::issuers(database_)) {
        auto certificate = x509::Certificate::from_der(record.certificate, folder_.certificate(record.name));
        subjects_.push_back(certificate.subject());
        tiers_.push_back({std::move(record), std::move(certificate)});
    }
    for (const store::FurtherCertificate& further : store::further_certificates(database_)) {
        const std::string object = "a cross certificate of " + tier(further.issuer).name();
        cross_certificates_.push_back(
            {further.issuer, further.signer, x509::Certificate::from_der(further.certificate, object)});
    }
    const auto has_active = [this](auto wanted) {
        return std::any_of(tiers_.begin(), tiers_.end(), [&](const Tier& tier) {
            return tier.record.state == store::IssuerState::active && wanted(tier);
        });
    };
    if (!has_active([](const Tier& tier) { return tier.record.issues; }) ||
        !has_active([](const Tier& tier) { return tier.is_root(); }))
        throw Error(Code::store, folder_.database(), "knows no CA that issues, or no root",
                    "restore a backup");
}

const Tier& Ca::issuing() const {
    return *std::find_if(tiers_.begin(), tiers_.end(), [](const Tier& tier) {
        return tier.record.issues && tier.record.state == store::IssuerState::active;
    });
}

const Tier& Ca::root() const {
    return *std::find_if(tiers_.begin(), tiers_.end(), [](const Tier& tier) {
        return tier.is_root() && tier.record.state == store::IssuerState::active;
    });
}

const Tier& Ca::tier(store::IssuerId id) const {
    const auto found =
        std::find_if(tiers_.begin(), tiers_.end(), [id](const Tier& tier) { return tier.record.id == id; });
    if (found == tiers_.end())
        throw Error(Code::store, folder_.database(), "a certificate names a CA that is not there",
                    "restore a backup of the CA's folder");
    return *found;
}

const Tier* Ca::find_tier(const std::string& name) const {
    const auto found =
        std::find_if(tiers_.begin(), tiers_.end(), [&](const Tier& tier) { return tier.name() == name; });
    return found == tiers_.end() ? nullptr : &*found;
}

bool Ca::is_trusted(const Tier& tier) {
    if (tier.record.state == store::IssuerState::retired)
        return tier.record.issues;
    return tier.record.state != store::IssuerState::gone;
}

std::vector<x509::Certificate> Ca::certificates() const {
    std::vector<x509::Certificate> trusted;
    for (const bool roots : {false, true})
        for (auto tier = tiers_.rbegin(); tier != tiers_.rend(); ++tier)
            if (tier->is_root() == roots && is_trusted(*tier))
                trusted.push_back(tier->certificate);
    return trusted;
}

std::vector<x509::Certificate> Ca::chain(store::IssuerId issuer) const {
    std::vector<x509::Certificate> chain;
    const Tier* step = &tier(issuer);
    for (; step->record.parent; step = &tier(*step->record.parent))
        chain.push_back(step->certificate);
    for (const CrossCertificate& cross : cross_certificates_)
        if (cross.issuer == step->record.id && is_trusted(tier(cross.signer)))
            chain.push_back(cross.certificate);
    return chain;
}

std::vector<x509::Certificate> Ca::certificates(store::IssuerId issuer) const {
    std::vector<x509::Certificate> chain = this->chain(issuer);
    const Tier* root = &tier(issuer);
    while (root->record.parent)
        root = &tier(*root->record.parent);
    chain.push_back(root->certificate);
    return chain;
}

bool Ca::has_key(const Tier& tier) const {
    return io::exists(folder_.key(tier.name()));
}

x509::PrivateKey Ca::open_key(const std::string& name) {
    return x509::PrivateKey::open(folder_.key(name), [this] { return Secret(passphrase().view()); });
}

// The tiers have one, and a person is asked for it once.
const Secret& Ca::passphrase() {
    if (!passphrase_)
        passphrase_ = access_.passphrase();
    are_keys_protected_ = true;
    return *passphrase_;
}

const x509::PrivateKey& Ca::key(const Tier& tier) {
    const auto known = keys_.find(tier.name());
    if (known != keys_.end())
        return known->second;
    x509::PrivateKey key = open_key(tier.name());
    if (key.public_key().spki() != tier.certificate.public_key().spki())
        throw Error(Code::secret, folder_.key(tier.name()),
                    "is not the key of " + folder_.certificate(tier.name()).string(),
                    "put the right key there");
    return keys_.emplace(tier.name(), std::move(key)).first->second;
}

io::FolderLock Ca::lock() const {
    if (access_.database == store::Database::Access::write) // a proof or a backup of it is welcome
        refuse_if_everybody_can_write(folder_);
    io::FolderLock lock(folder_.home, access_.lock_timeout);
    if (io::identity_of(folder_.database()) != database_file_)
        throw Error(Code::busy, folder_.database(), "was replaced while this command waited",
                    "run the command again");
    return lock;
}

x509::PrivateKey Ca::new_key(const std::string& name, std::optional<x509::KeyType> type) {
    const io::Path path = folder_.key(name);
    const x509::PublicKey& active = key(issuing()).public_key(); // and so whether there is a passphrase
    if (io::exists(path)) {
        x509::PrivateKey there = open_key(name);
        if (type && there.public_key().type() != type)
            throw Error(Code::refused, path,
                        "is there already, from a request or a run that died, and is " +
                            there.public_key().algorithm(),
                        "leave out --key, or remove it if nobody waits for its certificate");
        return there;
    }
    x509::PrivateKey key =
        x509::PrivateKey::generate(type.value_or(active.type().value_or(x509::KeyType::ec_p256)));
    const Secret pem = are_keys_protected_ ? key.to_pem(passphrase()) : key.to_pem();
    io::write_new_file(path, as_bytes(pem.view()), io::Mode::private_file);
    return key;
}

bool Ca::is_key_of_ours(ByteView spki_sha256) const {
    return std::any_of(tiers_.begin(), tiers_.end(), [spki_sha256](const Tier& tier) {
        return std::equal(tier.record.spki_sha256.begin(), tier.record.spki_sha256.end(), spki_sha256.begin(),
                          spki_sha256.end());
    });
}

namespace {

store::AuditEntry entry_of(const Run& run, const std::string& event, ByteView serial,
                           const std::string& detail) {
    store::AuditEntry entry;
    entry.time = run.clock.now();
    entry.command = run.command;
    entry.actor = run.actor;
    entry.event = event;
    entry.serial.assign(serial.begin(), serial.end());
    entry.detail = detail;
    return entry;
}

} // namespace

void record_event(store::Transaction& transaction, const Run& run, const std::string& event, ByteView serial,
                  const std::string& detail) {
    store::append_audit(transaction, entry_of(run, event, serial, detail));
}

void record_event_of(store::Transaction& transaction, const Run& run, const std::string& event,
                     const store::Certificate& certificate, const std::string& detail) {
    store::AuditEntry entry = entry_of(run, event, certificate.serial, detail);
    entry.certificate = certificate.id;
    store::append_audit(transaction, std::move(entry));
}

} // namespace mtlsca::authority

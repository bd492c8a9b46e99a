#include "authority/ca.h"

#include "store/audit.h"

#include <algorithm>

namespace mtlsca::authority {
namespace {

constexpr std::size_t settings_max_bytes = 1 << 20; // a hundred times what people write

policy::Config read_config(const CaFolder& folder) {
    const Bytes text = io::read_file(folder.settings(), settings_max_bytes);
    const std::string object = folder.settings();
    return policy::check_settings(policy::read_settings(as_text(text), object), object);
}

} // namespace

Ca::Ca(CaFolder folder, policy::Config config, store::Database database, Access access)
    : folder_(std::move(folder)), config_(std::move(config)), database_(std::move(database)),
      access_(std::move(access)) {}

Ca Ca::open(const io::Path& home, Access access) {
    CaFolder folder{home};
    if (!io::exists(folder.database()))
        throw Error(Code::not_found, home, "holds no CA",
                    "make one with mtlsca init, or name its folder with --home");
    const auto database_file = io::identity_of(folder.database());
    store::Database database = store::Database::open(folder.database(), access.database, access.lock_timeout);
    Ca ca(folder, read_config(folder), std::move(database), std::move(access));
    ca.database_file_ = database_file;
    for (store::Issuer& record : store::issuers(ca.database_)) {
        auto certificate =
            x509::Certificate::from_der(record.certificate, ca.folder_.certificate(record.name));
        ca.tiers_.push_back({std::move(record), std::move(certificate)});
    }
    if (std::none_of(ca.tiers_.begin(), ca.tiers_.end(), [](const Tier& tier) { return tier.record.issues; }))
        throw Error(Code::store, folder.database(), "knows no CA that issues", "restore a backup");
    return ca;
}

const Tier& Ca::issuing() const {
    return *std::find_if(tiers_.begin(), tiers_.end(), [](const Tier& tier) { return tier.record.issues; });
}

const Tier& Ca::tier(store::IssuerId id) const {
    const auto found =
        std::find_if(tiers_.begin(), tiers_.end(), [id](const Tier& tier) { return tier.record.id == id; });
    if (found == tiers_.end())
        throw Error(Code::store, folder_.database(), "a certificate names a CA that is not there",
                    "restore a backup of the CA's folder");
    return *found;
}

std::vector<x509::Certificate> Ca::certificates() const {
    std::vector<x509::Certificate> chain;
    for (auto tier = tiers_.rbegin(); tier != tiers_.rend(); ++tier)
        chain.push_back(tier->certificate);
    return chain;
}

bool Ca::has_key(const Tier& tier) const {
    return io::exists(folder_.key(tier.name()));
}

const x509::PrivateKey& Ca::key(const Tier& tier) {
    const auto known = keys_.find(tier.name());
    if (known != keys_.end())
        return known->second;
    const io::Path path = folder_.key(tier.name());
    // The tiers have one passphrase, and a person is asked for it once.
    auto passphrase = [this] {
        if (!passphrase_)
            passphrase_ = access_.passphrase();
        return Secret(passphrase_->view());
    };
    x509::PrivateKey key = x509::PrivateKey::open(path, passphrase);
    if (key.public_key().spki() != tier.certificate.public_key().spki())
        throw Error(Code::secret, path, "is not the key of " + folder_.certificate(tier.name()).string(),
                    "put the right key there");
    return keys_.emplace(tier.name(), std::move(key)).first->second;
}

io::FolderLock Ca::lock() const {
    io::FolderLock lock(folder_.home, access_.lock_timeout);
    if (io::identity_of(folder_.database()) != database_file_)
        throw Error(Code::busy, folder_.database(), "was replaced while this command waited",
                    "run the command again");
    return lock;
}

bool Ca::is_key_of_ours(ByteView spki_sha256) const {
    return std::any_of(tiers_.begin(), tiers_.end(), [spki_sha256](const Tier& tier) {
        return std::equal(tier.record.spki_sha256.begin(), tier.record.spki_sha256.end(), spki_sha256.begin(),
                          spki_sha256.end());
    });
}

void record_event(store::Transaction& transaction, const Run& run, const std::string& event, ByteView serial,
                  const std::string& detail) {
    store::AuditEntry entry;
    entry.time = run.clock.now();
    entry.command = run.command;
    entry.actor = run.actor;
    entry.event = event;
    entry.serial.assign(serial.begin(), serial.end());
    entry.detail = detail;
    store::append_audit(transaction, std::move(entry));
}

} // namespace mtlsca::authority

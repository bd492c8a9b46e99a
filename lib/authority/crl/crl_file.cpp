#include "authority/crl/crl_file.h"

#include "authority/crl/forgotten.h"
#include "encoding/hex.h"

#include <fmt/format.h>

namespace mtlsca::authority {
namespace {

CrlEntries revoked_in_inventory(Ca& ca, const Tier& tier, Time now) {
    return [&ca, &tier, now](const CrlSink& sink) {
        const Time from = entries_from(store::latest_crl(ca.database(), tier.record.id), now);
        const store::Snapshot snapshot(ca.database());
        store::for_each_revoked(ca.database(), tier.record.id, from, sink);
        return store::count_revoked(ca.database(), tier.record.id, from);
    };
}

} // namespace

std::uint64_t published_number(Ca& ca, const Tier& tier) {
    const io::Path path = ca.folder().crl(tier.name());
    if (!io::exists(path))
        return 0;
    const io::MappedFile file(path);
    try {
        const x509::Crl crl = x509::Crl::read(file.bytes(), path, io::let_go);
        // Only our own signature makes it ours: a forged one could use up all numbers there are.
        return is_crl_of(crl, tier) ? number_of(crl).value_or(0) : 0;
    } catch (const Error&) {
        return 0; // no CRL: it is about to be replaced
    }
}

NewCrl::NewCrl(Ca& ca, const Tier& tier, const x509::CrlHeader& header, Time now)
    : NewCrl(ca, tier, header, revoked_in_inventory(ca, tier, now)) {}

NewCrl::NewCrl(Ca& ca, const Tier& tier, const x509::CrlHeader& header, const CrlEntries& entries)
    : tier_(tier), header_(header), file_(ca.folder().crl(tier.name()), io::Mode::public_file) {
    {
        x509::CrlWriter writer(header, ca.key(tier), file_);
        entries_ = entries([&writer](const x509::CrlEntry& entry) { writer.add(entry); });
        writer.finish();
    }
    file_.flush();
}

// What a relying party reads in the file that is about to be published, against what it must say.
void NewCrl::check() const {
    const std::string object = file_.target();
    const io::MappedFile mapped(file_.temporary());
    const x509::Crl crl = x509::Crl::read(mapped.bytes(), object, io::let_go);
    const char* wrong = nullptr;
    if (crl.issuer() != tier_.certificate.subject())
        wrong = "has another issuer";
    else if (!crl.is_signed_by(tier_.certificate.public_key()))
        wrong = "has a bad signature";
    else if (crl.this_update() != header_.this_update || crl.next_update() != header_.next_update)
        wrong = "has other dates";
    else if (crl.entries() != entries_)
        wrong = "has another number of entries than the inventory holds revoked";
    else if (has_bad_extensions(crl))
        wrong = "has extensions that nginx refuses";
    if (wrong != nullptr)
        throw Error(Code::failed, object, std::string("the new CRL ") + wrong,
                    "the published one was left as it is; please report this");
}

void NewCrl::digest() {
    const io::MappedFile file(file_.temporary());
    const x509::Sha256 digest = x509::sha256(file.bytes(), io::let_go);
    sha256_.assign(digest.begin(), digest.end());
}

store::PublishedCrl NewCrl::commit(io::FolderSync folder) {
    file_.commit(folder);
    return {header_.number, header_.this_update, header_.next_update, entries_, std::move(sha256_)};
}

void record_published_crl(store::Transaction& transaction, const Run& run, const Tier& tier,
                          const store::PublishedCrl& crl) {
    store::record_crl(transaction, tier.record.id, crl);
    record_event(transaction, run, "crl", {},
                 fmt::format(R"({{"issuer":"{}","number":{},"entries":{},"sha256":"{}"}})", tier.name(),
                             crl.number, crl.entries, encoding::to_hex(crl.sha256)));
}

bool has_bad_extensions(const x509::Crl& crl) {
    return crl.is_delta() || crl.has_issuing_distribution_point() ||
           !crl.unknown_critical_extensions().empty();
}

} // namespace mtlsca::authority

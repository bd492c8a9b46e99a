#include "authority/crl/crl_file.h"

#include "authority/crl/forgotten.h"
#include "encoding/hex.h"

#include <fmt/format.h>

namespace mtlsca::authority {
namespace {

// What a relying party reads in the file that is about to be published, against what it must say.
void check_written(const Tier& tier, const io::AtomicFile& file, const x509::CrlHeader& header,
                   std::uint64_t entries) {
    const std::string object = file.target();
    const io::MappedFile mapped(file.temporary());
    const x509::Crl crl = x509::Crl::read(mapped.bytes(), object, io::let_go);
    const char* wrong = nullptr;
    if (crl.issuer() != tier.certificate.subject())
        wrong = "has another issuer";
    else if (!crl.is_signed_by(tier.certificate.public_key()))
        wrong = "has a bad signature";
    else if (crl.this_update() != header.this_update || crl.next_update() != header.next_update)
        wrong = "has other dates";
    else if (crl.entries() != entries)
        wrong = "has another number of entries than the inventory holds revoked";
    else if (has_bad_extensions(crl))
        wrong = "has extensions that nginx refuses";
    if (wrong != nullptr)
        throw Error(Code::failed, object, std::string("the new CRL ") + wrong,
                    "the published one was left as it is; please report this");
}

Bytes digest_of(const io::Path& path) {
    const io::MappedFile file(path);
    const x509::Sha256 digest = x509::sha256(file.bytes(), io::let_go);
    return {digest.begin(), digest.end()};
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

store::PublishedCrl write_crl(Ca& ca, const Tier& tier, const x509::CrlHeader& header,
                              const CrlEntries& entries, io::FolderSync folder) {
    io::AtomicFile file(ca.folder().crl(tier.name()), io::Mode::public_file);
    std::uint64_t expected = 0;
    {
        x509::CrlWriter writer(header, ca.key(tier), file);
        expected = entries([&writer](const x509::CrlEntry& entry) { writer.add(entry); });
        writer.finish();
    }
    file.flush();
    check_written(tier, file, header, expected);
    file.commit(folder);
    return {header.number, header.this_update, header.next_update, expected, digest_of(file.target())};
}

store::PublishedCrl write_crl(Ca& ca, const Tier& tier, const x509::CrlHeader& header, Time now) {
    const auto entries = [&](const CrlSink& sink) {
        const Time from = entries_from(store::latest_crl(ca.database(), tier.record.id), now);
        const store::Snapshot snapshot(ca.database());
        store::for_each_revoked(ca.database(), tier.record.id, from, sink);
        return store::count_revoked(ca.database(), tier.record.id, from);
    };
    return write_crl(ca, tier, header, entries, io::FolderSync::later);
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

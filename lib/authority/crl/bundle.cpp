#include "authority/crl/bundle.h"

#include "encoding/pem.h"

namespace mtlsca::authority {
namespace {

// A CRL of so many octets, as it stands in the bundle: base64 in lines of 64 (RFC 7468).
std::uintmax_t size_in_bundle(std::uintmax_t der_size) {
    const std::uintmax_t base64 = (der_size + 2) / 3 * 4;
    return base64 + (base64 + 63) / 64 +
           std::string_view("-----BEGIN X509 CRL-----\n-----END X509 CRL-----\n").size();
}

} // namespace

void fill_bundle(const Ca& ca, const CrlPath& path_of, io::AtomicFile& bundle) {
    for (auto tier = ca.tiers().rbegin(); tier != ca.tiers().rend(); ++tier) {
        if (!Ca::is_trusted(*tier))
            continue;
        const io::Path path = path_of(*tier);
        if (!io::exists(path))
            throw Error(Code::failed, path, "the CRL of " + tier->name() + " is not there",
                        "put its key to " + ca.folder().key(tier->name()).string() + " and run mtlsca crl");
        encoding::PemWriter pem("X509 CRL", [&bundle](std::string_view text) { bundle.write(text); });
        const io::MappedFile der(path);
        io::for_each_stretch(der.bytes(), io::let_go, [&pem](ByteView stretch) { pem.write(stretch); });
        pem.finish();
    }
}

void write_bundle(const Ca& ca) {
    io::AtomicFile bundle(ca.folder().bundle(), io::Mode::public_file);
    fill_bundle(
        ca, [&ca](const Tier& tier) { return ca.folder().crl(tier.name()); }, bundle);
    bundle.commit();
}

bool is_bundle_whole(const Ca& ca) {
    const auto size_of = [](const io::Path& path) {
        std::error_code absent;
        const std::uintmax_t size = std::filesystem::file_size(path, absent);
        return absent ? 0 : size;
    };
    std::uintmax_t expected = 0;
    for (const Tier& tier : ca.tiers())
        if (Ca::is_trusted(tier))
            expected += size_in_bundle(size_of(ca.folder().crl(tier.name())));
    return size_of(ca.folder().bundle()) == expected;
}

} // namespace mtlsca::authority

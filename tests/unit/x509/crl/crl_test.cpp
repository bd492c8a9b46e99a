#include "x509/crl/crl.h"

#include "encoding/der.h"
#include "encoding/hex.h"
#include "x509/vectors.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::x509;
namespace der = mtlsca::encoding::der;

namespace {

CrlHeader header_of(const std::string& ca, std::uint64_t number) {
    const Certificate certificate = vectors::certificate("golden/" + ca);
    return {certificate.subject().der(), certificate.subject_key_identifier(), number,
            vectors::time("2026-02-01T00:00:00Z"), vectors::time("2026-02-08T00:00:00Z")};
}

std::vector<CrlEntry> golden_entries() {
    return {
        {{0x05}, vectors::time("2026-01-15T12:00:00Z"), RevocationReason::unspecified, {}},
        {{0x8f}, vectors::time("2026-01-18T12:00:00Z"), RevocationReason::certificate_hold, {}},
        {{0x01, 0x02}, vectors::time("2026-01-16T12:00:00Z"), RevocationReason::superseded, {}},
        {encoding::from_hex("80112233445566778899AABBCCDDEEFF").value(),
         vectors::time("2026-01-17T12:00:00Z"), RevocationReason::key_compromise,
         vectors::time("2025-06-30T23:59:59Z")},
    };
}

Bytes written(const CrlHeader& header, const PrivateKey& key, const std::vector<CrlEntry>& entries) {
    const vectors::TemporaryFolder folder;
    io::AtomicFile out(folder.path() / "list.crl", io::Mode::public_file);
    CrlWriter writer(header, key, out);
    for (const CrlEntry& entry : entries)
        writer.add(entry);
    writer.finish();
    CHECK(writer.entries() == entries.size());
    out.commit();
    return io::read_file(out.target(), 16 << 20);
}

Bytes integer_42() {
    return der::integer_element(42);
}

// A list of one entry with one extension, and a signature that fits nothing.
Bytes with_entry_extension(ByteView extension) {
    const Bytes algorithm = signature_algorithm(vectors::key("root").public_key());
    const Bytes time = der::time_element(vectors::time("2026-02-01T00:00:00Z"));
    const Bytes entry =
        der::element(der::sequence, {integer_42(), time, der::element(der::sequence, extension)});
    const Bytes tbs = der::element(der::sequence, {der::integer_element(1), algorithm, Name().der(), time,
                                                   der::element(der::sequence, entry)});
    return der::element(der::sequence, {tbs, algorithm, der::bit_string_element(Bytes(64))});
}

Bytes extension(const char* oid, bool critical, const Bytes& value) {
    return der::element(der::sequence,
                        {der::oid_element(oid), critical ? der::boolean_element(true) : Bytes{},
                         der::octet_string_element(value)});
}

} // namespace

TEST_CASE("a CRL is the one that openssl makes of the same content, byte for byte") {
    CHECK(written(header_of("root", 1), vectors::key("root"), {}) ==
          vectors::file("crls/golden/empty.der")); // revokedCertificates is absent
    CHECK(written(header_of("issuing", 0x0123456789abcdef), vectors::key("issuing"), golden_entries()) ==
          vectors::file("crls/golden/entries.der"));
    // Ed25519 signs the whole list at once.
    CHECK(written(header_of("root", 2), vectors::key("root"), golden_entries()) ==
          vectors::file("crls/golden/entries-ed25519.der"));
}

TEST_CASE("a long list is written, verified and searched") {
    const PrivateKey key = PrivateKey::generate(KeyType::ec_p256);
    constexpr std::uint8_t prefix = 0xf0;
    std::vector<CrlEntry> entries;
    for (unsigned i = 0; i < 20'000; ++i)
        entries.push_back({{prefix, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)},
                           vectors::time("2026-01-01T00:00:00Z") + std::chrono::minutes(i),
                           i % 2 == 0 ? RevocationReason::key_compromise : RevocationReason::unspecified,
                           {}});
    const Bytes list = written(header_of("root", 7), key, entries);
    const Crl crl = Crl::read(list, "long");
    CHECK(crl.entries() == entries.size());
    CHECK(crl.is_signed_by(key.public_key()));
    CHECK_FALSE(crl.is_signed_by(vectors::key("leaf").public_key()));

    const auto found = crl.find(Bytes{0, prefix, 0x10, 0x01});
    REQUIRE(found);
    CHECK(found->revoked_at == vectors::time("2026-01-01T00:00:00Z") + std::chrono::minutes(0x1001));
    CHECK_FALSE(found->reason);
    CHECK_FALSE(crl.find(Bytes{prefix, 0xff, 0xff}));
    std::size_t index = 0;
    crl.for_each([&](const Crl::Entry& entry) {
        if (!std::ranges::equal(entry.serial, entries[index].serial) ||
            entry.revoked_at != entries[index].revoked_at)
            FAIL("entry " << index << " differs");
        return ++index < 15'000;
    });
    CHECK(index == 15'000);
}

TEST_CASE("a mapped list is let go behind each walk, and read again") {
    const PrivateKey key = PrivateKey::generate(KeyType::ec_p256);
    const vectors::TemporaryFolder folder;
    io::AtomicFile out(folder.path() / "mapped.crl", io::Mode::public_file);
    CrlWriter writer(header_of("root", 7), key, out);
    constexpr unsigned count = 80'000; // 3 MB
    for (unsigned i = 0; i < count; ++i)
        writer.add({{1, static_cast<std::uint8_t>(i >> 16), static_cast<std::uint8_t>(i >> 8),
                     static_cast<std::uint8_t>(i)},
                    vectors::time("2026-01-01T00:00:00Z"),
                    RevocationReason::superseded,
                    vectors::time("2025-12-31T00:00:00Z")});
    writer.finish();
    out.commit();

    const io::MappedFile mapped(out.target());
    std::size_t passed = 0;
    const auto let_go = [&](ByteView stretch) {
        passed += stretch.size();
        io::let_go(stretch);
    };
    const Crl crl = Crl::read(mapped.bytes(), "mapped", let_go);
    CHECK(crl.entries() == count);
    CHECK(passed > mapped.bytes().size() / 2);
    passed = 0;
    CHECK(crl.is_signed_by(key.public_key()));
    CHECK_FALSE(crl.is_signed_by(vectors::key("root").public_key()));
    CHECK(passed > mapped.bytes().size() / 2);
    passed = 0;
    std::size_t walked = 0;
    crl.for_each([&](const Crl::Entry& entry) { return ++walked > 0 && entry.invalidity_date.has_value(); });
    CHECK(walked == count);
    CHECK(passed > mapped.bytes().size() / 2);
    CHECK(sha256(mapped.bytes(), io::let_go) == sha256(mapped.bytes()));
}

TEST_CASE("entries keep to what RFC 5280 allows") {
    const PrivateKey key = vectors::key("root");
    CrlEntry late{{1}, vectors::time("2050-01-01T00:00:00Z"), RevocationReason::aa_compromise, {}};
    const Bytes list = written(header_of("root", 1), key, {late});
    const std::string generalized = "20500101000000Z";
    CHECK(as_text(list).find(generalized) != std::string_view::npos);
    CHECK(Crl::read(list, "late").find(late.serial)->revoked_at == late.revoked_at);
    CHECK_THROWS_AS(written(header_of("root", 1), key, {{{}, late.revoked_at, {}, {}}}), Error);
    CHECK_THROWS_AS(written(header_of("root", 1), key, {{Bytes(21, 1), late.revoked_at, {}, {}}}), Error);
    CHECK_NOTHROW(
        written(header_of("root", 1), key,
                {{Bytes(20, 0x7f), late.revoked_at, RevocationReason::superseded, late.revoked_at}}));
}

TEST_CASE("a CRL tells what it says") {
    const Bytes list = vectors::file("crls/golden/entries.der");
    const Crl crl = Crl::read(list, "entries");
    const Certificate issuing = vectors::certificate("golden/issuing");
    CHECK(crl.issuer() == issuing.subject());
    CHECK(crl.this_update() == vectors::time("2026-02-01T00:00:00Z"));
    CHECK(crl.next_update() == vectors::time("2026-02-08T00:00:00Z"));
    CHECK(encoding::to_hex(crl.number().value()) == "0123456789abcdef");
    CHECK(crl.authority_key_identifier() == issuing.subject_key_identifier());
    CHECK(crl.entries() == 4);
    CHECK(crl.unknown_critical_extensions().empty());
    CHECK_FALSE(crl.is_delta());
    CHECK_FALSE(crl.has_issuing_distribution_point());
    CHECK(crl.signature_algorithm() == "sha256WithRSAEncryption");
    CHECK(crl.is_signed_by(issuing.public_key()));
    const auto entry = crl.find(golden_entries()[3].serial);
    REQUIRE(entry);
    CHECK(entry->reason == 1);
    CHECK(entry->invalidity_date == vectors::time("2025-06-30T23:59:59Z"));
}

TEST_CASE("CRLs that nginx treats in its own way are told apart") {
    const auto read = [](const std::string& name, const auto& judge) {
        const Bytes list = vectors::file("crls/" + name + ".der");
        judge(Crl::read(list, name));
    };
    read("delta", [](const Crl& crl) { CHECK(crl.is_delta()); });
    read("partitioned", [](const Crl& crl) { CHECK(crl.has_issuing_distribution_point()); });
    read("unknown", [](const Crl& crl) {
        CHECK(crl.unknown_critical_extensions() == std::vector<std::string>{"1.2.3.4", "2.5.29.46"});
    });
    read("version1", [](const Crl& crl) {
        CHECK_FALSE(crl.number());
        CHECK(crl.entries() == 1);
    });
    read("reasons", [](const Crl& crl) {
        CHECK(crl.find(Bytes{0x90})->reason == 8); // removeFromCRL
        CHECK(crl.find(Bytes{0x91})->reason == 6); // with a hold instruction
    });
    read("gnutls", [](const Crl& crl) {
        CHECK(crl.is_signed_by(vectors::certificate("golden/issuing").public_key()));
        CHECK(crl.number() == Bytes{10});
    });
    const Bytes indirect = with_entry_extension(extension("2.5.29.29", true, Name().der()));
    CHECK(Crl::read(indirect, "indirect").unknown_critical_extensions() ==
          std::vector<std::string>{"2.5.29.29"});
}

TEST_CASE("a CRL that is not what it should be is refused") {
    const Bytes good = vectors::file("crls/golden/entries.der");
    Bytes trailing = good;
    trailing.push_back(0);
    CHECK_THROWS_AS(Crl::read(trailing, "trailing"), Error);
    CHECK_THROWS_AS(Crl::read(vectors::file("certificates/golden/root.der"), "certificate"), Error);

    const Bytes reason = extension("2.5.29.21", false, Bytes{der::enumerated, 1, 1});
    Bytes two_reasons = reason;
    append(two_reasons, reason);
    CHECK_NOTHROW(Crl::read(with_entry_extension(reason), "reason"));
    CHECK_THROWS_AS(Crl::read(with_entry_extension(two_reasons), "two reasons"), Error);
    const Bytes eleven = extension("2.5.29.21", false, Bytes{der::enumerated, 1, 11});
    CHECK_THROWS_AS(Crl::read(with_entry_extension(eleven), "reason 11"), Error);
    const Bytes utc_time =
        extension("2.5.29.24", false, der::time_element(vectors::time("2026-01-01T00:00:00Z")));
    CHECK_THROWS_AS(Crl::read(with_entry_extension(utc_time), "invalidity date"), Error);
}

TEST_CASE("an entry's extension whose OID breaks off is refused, as OpenSSL does") {
    Bytes broken = extension("2.5.29.21", false, Bytes{der::enumerated, 1, 1});
    const Bytes oid = der::oid_element("2.5.29.21");
    const auto end = std::search(broken.begin(), broken.end(), oid.begin(), oid.end()) +
                     static_cast<std::ptrdiff_t>(oid.size());
    *(end - 1) |= 0x80;
    CHECK_THROWS_AS(Crl::read(with_entry_extension(broken), "broken OID"), Error);
}

TEST_CASE("a signature algorithm that is named by anything but an OID is refused, as OpenSSL does") {
    Bytes broken = vectors::file("crls/golden/entries.der");
    const Bytes oid = der::oid_element("1.2.840.113549.1.1.11"); // sha256WithRSAEncryption
    int replaced = 0;
    for (auto at = broken.begin();
         (at = std::search(at, broken.end(), oid.begin(), oid.end())) != broken.end(); ++replaced)
        *at = 0x0e;
    CHECK(replaced == 2);
    CHECK_THROWS_AS(Crl::read(broken, "broken algorithm"), Error);
}

TEST_CASE("hostile CRLs are refused with their file's name, or read, but never crash") {
    for (const char* name : {"golden/entries", "reasons", "partitioned"})
        vectors::maltreat(vectors::file(std::string("crls/") + name + ".der"), [](ByteView bytes) {
            const Crl crl = Crl::read(bytes, "hostile");
            std::uint64_t entries = 0;
            crl.for_each([&](const Crl::Entry&) { return ++entries > 0; });
            CHECK(entries == crl.entries());
        });
}

TEST_CASE("reasons are read by name in any case and by number, except removeFromCRL") {
    CHECK(parse_reason("keyCompromise") == RevocationReason::key_compromise);
    CHECK(parse_reason("KEYCOMPROMISE") == RevocationReason::key_compromise);
    CHECK(parse_reason("10") == RevocationReason::aa_compromise);
    CHECK(parse_reason(to_string(RevocationReason::certificate_hold)) == RevocationReason::certificate_hold);
    for (const char* wrong : {"", "7", "8", "removeFromCRL", "11", "01", "key compromise"})
        CHECK_FALSE(parse_reason(wrong));
}

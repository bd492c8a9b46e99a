#include "deploy/nginx/check/judging.h"
#include "encoding/pem.h"
#include "temporary_folder.h"
#include "vectors.h"
#include "x509/certificate/certificate.h"
#include "x509/crl/crl.h"

#include <algorithm>
#include <catch2/catch.hpp>

using mtlsca::as_bytes;
using mtlsca::Code;
using mtlsca::Time;
namespace encoding = mtlsca::encoding;
namespace io = mtlsca::io;
namespace x509 = mtlsca::x509;
using namespace mtlsca::deploy::nginx::check;

namespace {

using Texts = std::vector<std::string>;
using Files = std::map<io::Path, std::string>;

// All CRLs in the vectors are of this week in 2026.
const Time february_2 = std::chrono::sys_days{std::chrono::year{2026} / 2 / 2};

std::string certificate(const std::string& name) {
    return encoding::to_pem("CERTIFICATE", as_bytes(read_vector("certificates/golden/" + name + ".der")));
}
std::string crl(const std::string& name) {
    return encoding::to_pem("X509 CRL", as_bytes(read_vector("crls/" + name + ".der")));
}

Files files() {
    return {{"/etc/nginx/chain.pem", certificate("issuing") + certificate("root")},
            {"/etc/nginx/crl.pem", crl("golden/entries") + crl("golden/empty")}};
}

// Ids, without the notes about sessions.
Texts said_of(const Files& changed, const std::string& settings = "ssl_crl crl.pem;", Time now = february_2) {
    Files all = files();
    for (const auto& [path, text] : changed)
        all[path] = text;
    Texts ids;
    for (const Finding& finding : findings_about("http { server { listen 443 ssl; ssl_verify_client on; "
                                                 "ssl_client_certificate chain.pem; ssl_session_cache none; "
                                                 "ssl_session_tickets off; " +
                                                     settings + " } }",
                                                 all, {}, now))
        ids.push_back(finding.id);
    return ids;
}
Texts of_crl(const std::string& text, Time now = february_2) {
    return said_of({{"/etc/nginx/crl.pem", text}}, "ssl_crl crl.pem;", now);
}
Texts of_trust(const std::string& text, const std::string& settings = "ssl_crl crl.pem;") {
    return said_of({{"/etc/nginx/chain.pem", text}}, settings);
}

} // namespace

TEST_CASE("a chain with the CRL of each of its CAs is fine") {
    CHECK(said_of({}).empty());
    CHECK(said_of({}, "ssl_crl /etc/nginx/crl.pem; ssl_verify_depth 1;").empty());
}

TEST_CASE("a CRL that refuses every client, or lets a revoked one in, is told") {
    const std::string root = crl("golden/empty"), issuing = crl("golden/entries");
    CHECK(of_crl(issuing) == Texts{"crl-missing"});
    CHECK(of_crl(root) == Texts{"crl-missing"});
    CHECK(of_crl(certificate("root")) == Texts{"crl-missing", "crl-missing", "crl-not-a-crl"});
    CHECK(of_crl(root + crl("delta")) == Texts{"crl-delta"});
    CHECK(of_crl(root + crl("partitioned")) == Texts{"crl-idp"});
    CHECK(of_crl(root + crl("unknown")) == Texts{"crl-critical"});
    CHECK(of_crl(root + issuing + issuing) == Texts{"crl-twice"});
    CHECK(of_crl("") == Texts{"crl-not-pem"});
    CHECK(of_crl(read_vector("crls/golden/empty.der")) == Texts{"crl-not-pem"});
    CHECK(of_crl("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n") == Texts{"crl-malformed"});
    std::string forged = read_vector("crls/golden/empty.der");
    forged.back() = static_cast<char>(forged.back() ^ 1);
    CHECK(of_crl(encoding::to_pem("X509 CRL", as_bytes(forged)) + issuing) == Texts{"crl-signature"});
}

TEST_CASE("a CRL with the reason removeFromCRL lets in whom it lists") {
    CHECK(of_crl(crl("golden/empty") + crl("reasons")) == Texts{"crl-remove-from-crl"});
}

TEST_CASE("a CRL that costs every handshake milliseconds is told, with another way") {
    const x509::Certificate issuing =
        x509::Certificate::parse(as_bytes(read_vector("certificates/golden/issuing.der")), "issuing");
    const x509::PrivateKey key =
        x509::PrivateKey::open(MTLSCA_VECTORS "/certificates/issuing.key", [] { return mtlsca::Secret(); });
    const TemporaryFolder folder;
    io::AtomicFile file(folder / "large.crl", io::Mode::public_file);
    x509::CrlWriter writer({.issuer = issuing.subject().der(),
                            .authority_key_identifier = issuing.subject_key_identifier(),
                            .number = 9,
                            .this_update = february_2 - std::chrono::hours(1),
                            .next_update = february_2 + std::chrono::days(6)},
                           key, file);
    for (std::uint32_t number = 0; number < 100'000; ++number) {
        const std::uint8_t serial[] = {1, static_cast<std::uint8_t>(number >> 16),
                                       static_cast<std::uint8_t>(number >> 8),
                                       static_cast<std::uint8_t>(number)};
        writer.add({.serial = {std::begin(serial), std::end(serial)},
                    .revoked_at = february_2,
                    .invalidity_date = {}});
    }
    writer.finish();
    file.commit();
    const mtlsca::Bytes large = io::read_file(folder / "large.crl", 1 << 26);
    CHECK(of_crl(crl("golden/empty") + encoding::to_pem("X509 CRL", large)) == Texts{"crl-large"});
}

TEST_CASE("the dates of CRLs are those of nginx's clock") {
    const std::string both = crl("golden/entries") + crl("golden/empty");
    using std::chrono::days;
    using std::chrono::hours;
    CHECK(of_crl(both, february_2 + days(6)) == Texts{"crl-expired", "crl-expired"});
    CHECK(of_crl(both, february_2 + days(6) - std::chrono::seconds(1)) ==
          Texts{"crl-expires", "crl-expires"});
    CHECK(of_crl(both, february_2 + days(6) - hours(21)).empty());
    CHECK(of_crl(both, february_2 - days(1) - std::chrono::seconds(1)) == Texts{"crl-future", "crl-future"});
}

TEST_CASE("revocation that is never checked is told, unless something else checks it") {
    CHECK(said_of({}, "") == Texts{"revocation-unchecked"});
    CHECK(said_of({}, "ssl_crl \"\";") == Texts{"crl-empty-name"});
    CHECK(said_of({}, "ssl_crl gone.pem;") == Texts{"file-missing"});
    CHECK(said_of({}, "ssl_ocsp on; resolver 127.0.0.1;") == Texts{"ocsp-fails-closed"});
    CHECK(said_of({}, "if ($ssl_client_serial = 01) { return 403; }").empty());
}

TEST_CASE("whom a server trusts is one chain that ends at a root") {
    CHECK(of_trust(certificate("issuing")) == Texts{"trust-without-root", "crl-foreign"});
    CHECK(of_trust(certificate("issuing"), "ssl_crl crl.pem; ssl_trusted_certificate root.pem;") ==
          Texts{"file-missing", "trust-without-root", "crl-foreign"});
    CHECK(of_trust(certificate("issuing") + certificate("root") + certificate("client")) ==
          Texts{"trust-no-ca"});
    CHECK(of_trust(certificate("issuing") + certificate("root"), "ssl_crl crl.pem; ssl_verify_depth 0;") ==
          Texts{"verify-depth"});
    CHECK(of_trust("no certificate") == Texts{"certificate-malformed"});
    const Texts in_2050 = said_of({}, "ssl_crl crl.pem;", february_2 + std::chrono::days(365 * 24));
    CHECK(std::count(in_2050.begin(), in_2050.end(), "trust-expired") == 1);
    const Time end_of_issuing = std::chrono::sys_days{std::chrono::year{2050} / 1 / 1};
    const auto dates = [&](const char* id, Time now) {
        const Texts ids = said_of({}, "ssl_crl crl.pem;", now);
        return std::count(ids.begin(), ids.end(), id);
    };
    CHECK(dates("trust-expires", end_of_issuing - std::chrono::days(31)) == 0);
    CHECK(dates("trust-expires", end_of_issuing - std::chrono::days(29)) == 1);
    CHECK(dates("trust-future", february_2 - std::chrono::days(40)) == 2);
}

TEST_CASE("the server's own certificate is judged by its dates, names and key") {
    const auto said = [](const std::string& name, Time now, const std::string& key = "leaf") {
        Texts ids;
        for (const Finding& finding : findings_about(
                 "http { server { listen 443 ssl; server_name " + name +
                     "; ssl_certificate /s.crt; ssl_certificate_key " MTLSCA_VECTORS "/certificates/" + key +
                     ".key; } }",
                 {{"/s.crt", certificate("server")},
                  {io::Path(MTLSCA_VECTORS "/certificates/leaf.key"), "there"},
                  {io::Path(MTLSCA_VECTORS "/certificates/root.key"), "there"}},
                 {}, now))
            ids.push_back(finding.id);
        return ids;
    };
    const Time end = std::chrono::sys_days{std::chrono::year{2027} / 1 / 2};
    CHECK(said("server.example.com _ ~x", february_2).empty());
    CHECK(said("other.example.com", february_2) == Texts{"certificate-name"});
    CHECK(said("_", end - std::chrono::days(29)) == Texts{"certificate-expires"});
    CHECK(said("_", end + std::chrono::days(1)) == Texts{"certificate-expired"});
    CHECK(said("_", february_2 - std::chrono::days(400)) == Texts{"certificate-future"});
    CHECK(said("_", february_2, "root") == Texts{"key-mismatch"});
    CHECK(said("_", february_2, "issuing") == Texts{"file-missing"});
}

TEST_CASE("a key that others may read is told") {
    class Keys : public mtlsca::deploy::nginx::FilesInMemory {
    public:
        explicit Keys(unsigned mode, unsigned group)
            : FilesInMemory(Files{{"/k", ""}}), mode_(mode), group_(group) {}
        std::optional<mtlsca::deploy::nginx::FileAccess> access(const io::Path&) const override {
            return mtlsca::deploy::nginx::FileAccess{mode_, 0, group_};
        }

    private:
        unsigned mode_, group_;
    };
    const auto worst = [](unsigned mode, unsigned group) {
        const Keys keys(mode, group);
        const mtlsca::deploy::nginx::FilesInMemory text(
            Files{{"/c", "http { server { listen 443 ssl; ssl_certificate $x; ssl_certificate_key /k; "
                         "ssl_password_file p; "
                         "ssl_certificate_key /k; } }"}});
        return status_of(
            judge(mtlsca::deploy::nginx::read_configuration("/c", text), {keys, "/", february_2, {}}));
    };
    CHECK(worst(0600, 33) == Code::done);
    CHECK(worst(0640, 0) == Code::done);
    CHECK(worst(0640, 33) == Code::warning);
    CHECK(worst(0644, 0) == Code::critical);
}

#include "deploy/target/target.h"
#include "refusal.h"
#include "temporary_folder.h"
#include "x509/key/key.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sys/stat.h>

using namespace mtlsca;

namespace {

struct Site {
    TemporaryFolder folder;
    x509::PrivateKey key = x509::PrivateKey::generate(x509::KeyType::ec_p256);
    x509::PrivateKey other_key = x509::PrivateKey::generate(x509::KeyType::ec_p256);
    policy::DeployTarget target{.name = "web",
                                .folder = folder / "tls",
                                .certificate = *policy::FileNamePattern::parse("{name}.crt"),
                                .key = policy::FileNamePattern::parse("{name}.key"),
                                .ca = policy::FileNamePattern::parse("ca.pem"),
                                .owner = {},
                                .group = {},
                                .certificate_mode = 0644,
                                .key_mode = 0640,
                                .reload = {}};

    Site() {
        io::make_folder(target.folder, 0755);
        write("alice.key", key.to_pem());
        write("other.key", other_key.to_pem());
        write("locked.key", other_key.to_pem(Secret(std::string_view("horse"))));
    }
    void write(const std::string& name, const Secret& content) const {
        std::ofstream(folder / name) << content.view();
    }
    deploy::TargetFiles files(const std::string& key_file) const {
        const x509::Sha256 digest = key.public_key().spki_sha256();
        return {"alice",         "0A",   Bytes(digest.begin(), digest.end()),
                "certificate\n", "ca\n", key_file.empty() ? io::Path() : io::Path(folder / key_file)};
    }
    std::string brought(const std::string& name) const {
        return std::string(as_text(io::read_file(io::Path(target.folder) / name, 1 << 16)));
    }
    mode_t mode_of(const std::string& name) const {
        struct stat status {};
        REQUIRE(::lstat((io::Path(target.folder) / name).c_str(), &status) == 0);
        return status.st_mode & 07777;
    }
    std::size_t count() const {
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator(target.folder), {}));
    }
    Code code_of(const deploy::TargetFiles& what, const io::Path& home = "/nonexistent") const {
        return ::code_of([&] { deploy::bring(target, what, home); });
    }
};

} // namespace

TEST_CASE("certificate, key and CAs are brought with their modes", "[target]") {
    const Site site;
    REQUIRE(site.code_of(site.files("alice.key")) == Code::done);
    CHECK(site.brought("alice.crt") == "certificate\n");
    CHECK(site.brought("alice.key") == site.key.to_pem().view());
    CHECK(site.brought("ca.pem") == "ca\n");
    CHECK(site.mode_of("alice.crt") == 0644);
    CHECK(site.mode_of("ca.pem") == 0644);
    CHECK(site.mode_of("alice.key") == 0640);
    CHECK(site.count() == 3);
}

TEST_CASE("a pair that doesn't fit is never brought", "[target]") {
    const Site site;
    CHECK(site.code_of(site.files("other.key")) == Code::secret);
    CHECK(site.code_of(site.files("none.key")) == Code::secret);
    CHECK(site.count() == 0);

    // Without a key at hand: beside the right one, or where none is, but not beside another's.
    CHECK(site.code_of(site.files("")) == Code::done);
    CHECK_FALSE(io::exists(io::Path(site.target.folder) / "alice.key"));
    REQUIRE(site.code_of(site.files("alice.key")) == Code::done);
    CHECK(site.code_of(site.files("")) == Code::done);
    std::filesystem::copy_file(site.folder / "other.key", io::Path(site.target.folder) / "alice.key",
                               std::filesystem::copy_options::overwrite_existing);
    CHECK(site.code_of(site.files("")) == Code::secret);
}

TEST_CASE("an encrypted key is brought as it is", "[target]") {
    const Site site;
    REQUIRE(site.code_of(site.files("locked.key")) == Code::done);
    CHECK(site.brought("alice.key").find("ENCRYPTED") != std::string::npos);
}

TEST_CASE("one file that cannot be written keeps all others from being exchanged", "[target]") {
    const Site site;
    REQUIRE(site.code_of(site.files("alice.key")) == Code::done);
    deploy::TargetFiles newer = site.files("alice.key");
    newer.certificate = newer.ca = "newer\n";
    for (const char* name : {"alice.crt", "alice.key", "ca.pem"}) {
        const io::Path path = io::Path(site.target.folder) / name;
        const io::Path aside = site.folder / "aside";
        std::filesystem::rename(path, aside);
        std::filesystem::create_symlink(aside, path);
        CHECK(site.code_of(newer) == Code::failed);
        std::filesystem::rename(aside, path);
        CHECK(site.brought("alice.crt") == "certificate\n");
        CHECK(site.brought("ca.pem") == "ca\n");
        CHECK(site.count() == 3);
    }
}

TEST_CASE("nothing is brought into the CA's folder, or to a folder that is not there", "[target]") {
    Site site;
    const io::Path folder = site.target.folder;
    CHECK(site.code_of(site.files("alice.key"), folder) == Code::refused);
    CHECK(site.code_of(site.files("alice.key"), folder.parent_path()) == Code::refused);
    std::filesystem::create_directory_symlink(folder.parent_path(), site.folder / "link");
    CHECK(site.code_of(site.files("alice.key"), site.folder / "link") == Code::refused);
    site.target.folder = site.folder / "missing";
    CHECK(site.code_of(site.files("alice.key")) == Code::not_found);
    CHECK_FALSE(io::exists(site.target.folder));
}

TEST_CASE("an owner who is not there is told before anything is written", "[target]") {
    Site site;
    site.target.owner = "no-such-account";
    CHECK(site.code_of(site.files("alice.key")) == Code::not_found);
    CHECK(site.count() == 0);
}

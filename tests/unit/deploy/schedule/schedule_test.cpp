#include "deploy/schedule/installation.h"

#include "error.h"
#include "temporary_folder.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <optional>

using namespace mtlsca;
namespace schedule = mtlsca::deploy::schedule;

namespace {

schedule::Options options() {
    schedule::Options options;
    options.user = "mtlsca";
    options.program = "/usr/bin/mtlsca";
    options.home = "/srv/ca";
    options.passphrase_file = "/etc/mtlsca/passphrase";
    options.metrics = "/srv/ca/status.prom";
    return options;
}

std::string text_of(const schedule::Options& options, const std::string& name) {
    for (const schedule::File& file : schedule::systemd_units(options))
        if (file.name == name)
            return file.text;
    return {};
}

// The lines that begin with KEY=.
std::vector<std::string> lines(const std::string& text, const std::string& key) {
    std::vector<std::string> found;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
        if (text.compare(at, key.size() + 1, key + "=") == 0)
            found.push_back(text.substr(at, text.find('\n', at) - at));
    return found;
}

std::optional<Error> refusal(const schedule::Options& options) {
    try {
        schedule::systemd_units(options);
        return std::nullopt;
    } catch (const Error& error) {
        return error;
    }
}

} // namespace

TEST_CASE("the passphrase reaches the services that sign as a credential, and no other") {
    CHECK(lines(text_of(options(), "mtlsca-crl.service"), "LoadCredential") ==
          std::vector<std::string>{"LoadCredential=ca-pass:/etc/mtlsca/passphrase"});
    CHECK(lines(text_of(options(), "mtlsca-crl.service"), "ExecStart") ==
          std::vector<std::string>{
              "ExecStart=/usr/bin/mtlsca --home /srv/ca --ca-pass file:%d/ca-pass crl --if-due"});
    CHECK(text_of(options(), "mtlsca-status.service").find("ca-pass") == std::string::npos);
}

TEST_CASE("words of a command are no syntax of systemd") {
    schedule::Options hostile = options();
    hostile.on_change = "echo \"$HOME\" 50% \\ ; rm -rf /";
    CHECK(lines(text_of(hostile, "mtlsca-crl.service"), "ExecStart")[0].ends_with(
        R"(--on-change "echo \"$$HOME\" 50%% \\ ; rm -rf /")"));
    CHECK(lines(text_of(options(), "mtlsca-status.service"), "ExecStart")[0].find(
              "--warn 25%% --critical 8%%") != std::string::npos);
}

TEST_CASE("what cannot stand in a unit is refused, all of it at once") {
    schedule::Options hostile = options();
    hostile.home = "/srv/my ca";
    hostile.user = "root\nExecStart=/bin/sh";
    hostile.on_change = "a\nb";
    hostile.site_folders = {"/etc/nginx/%i"};
    hostile.name = "../x";
    const auto error = refusal(hostile);
    REQUIRE(error);
    CHECK(error->code == Code::refused);
    CHECK(error->findings.size() == 5);
    CHECK_FALSE(refusal(options()));
}

TEST_CASE("% ends a line of cron, so it is escaped") {
    schedule::Options some = options();
    some.renew_options = {"--spread", "1h", "it's"};
    const std::string text = schedule::cron_file(some).text;
    CHECK(text.find(R"(status --warn 25\% --critical 8\% --format prometheus)") != std::string::npos);
    CHECK(text.find(R"(renew --due --spread 1h 'it'\''s' >/dev/null)") != std::string::npos);
    for (std::size_t at = text.find('%'); at != std::string::npos; at = text.find('%', at + 1))
        CHECK(text[at - 1] == '\\');
}

TEST_CASE("with apply only the line that reloads nginx is root's") {
    schedule::Options some = options();
    some.apply = true;
    const std::string text = schedule::cron_file(some).text;
    CHECK(text.find(" * * * * root /usr/bin/mtlsca --home /srv/ca --ca-pass file:/etc/mtlsca/passphrase crl "
                    "--if-due --apply >/dev/null\n") != std::string::npos);
    CHECK(text.find(
              " * * * mtlsca /usr/bin/mtlsca --home /srv/ca --ca-pass file:/etc/mtlsca/passphrase renew") !=
          std::string::npos);
    CHECK(text.find(" * * * * mtlsca /usr/bin/mtlsca --home /srv/ca status") != std::string::npos);
}

TEST_CASE("by itself nginx is reloaded by a fixed command of root's; with apply the crl service does it") {
    schedule::Options some = options();
    some.site_folders = {"/etc/nginx/mtlsca"};
    CHECK(lines(text_of(some, "mtlsca-nginx.path"), "PathChanged")[1] ==
          "PathChanged=/etc/nginx/mtlsca/bundle.pem");
    CHECK(lines(text_of(some, "mtlsca-crl.service"), "User") == std::vector<std::string>{"User=mtlsca"});
    CHECK(lines(text_of(some, "mtlsca-crl.service"), "CapabilityBoundingSet") ==
          std::vector<std::string>{"CapabilityBoundingSet="});
    some.apply = true;
    CHECK(text_of(some, "mtlsca-nginx.path").empty());
    CHECK(lines(text_of(some, "mtlsca-crl.service"), "User") == std::vector<std::string>{"User=root"});
    CHECK(lines(text_of(some, "mtlsca-renew.service"), "User") == std::vector<std::string>{"User=mtlsca"});
    // A folder that is exchanged must not be a mount point.
    const auto writable = lines(text_of(some, "mtlsca-crl.service"), "ReadWritePaths");
    CHECK(std::count(writable.begin(), writable.end(), "ReadWritePaths=-/etc/nginx") == 1);
    CHECK(std::count(writable.begin(), writable.end(), "ReadWritePaths=-/etc/nginx/mtlsca") == 0);
}

TEST_CASE("a folder that is gone keeps no service from starting, but for the CA's own") {
    schedule::Options some = options();
    some.site_folders = {"/etc/nginx/mtlsca"};
    some.deploy_folders = {"/etc/postgresql/tls"};
    CHECK(lines(text_of(some, "mtlsca-renew.service"), "ReadWritePaths") ==
          std::vector<std::string>{"ReadWritePaths=/srv/ca", "ReadWritePaths=-/etc/nginx/mtlsca",
                                   "ReadWritePaths=-/etc/postgresql/tls"});
    CHECK(lines(text_of(some, "mtlsca-status.service"), "ReadWritePaths").size() == 2);
}

TEST_CASE("a CA below /home is shown to its services, and nothing else of /home") {
    schedule::Options some = options();
    some.home = "/home/ca/ca";
    some.metrics = "/home/ca/ca/status.prom";
    const std::string text = text_of(some, "mtlsca-crl.service");
    CHECK(lines(text, "ProtectHome") == std::vector<std::string>{"ProtectHome=tmpfs"});
    CHECK(lines(text, "BindPaths") == std::vector<std::string>{"BindPaths=/home/ca/ca"});
}

TEST_CASE("installing again changes nothing, and never what somebody edited") {
    TemporaryFolder folder;
    const io::Path place = folder / "etc";
    const auto files = schedule::systemd_units(options());
    const auto changes = [&](bool force = false) {
        std::vector<schedule::Change> found;
        for (const schedule::Installed& file :
             schedule::install(schedule::systemd_units(options()), place, force))
            found.push_back(file.change);
        return found;
    };
    CHECK(changes() == std::vector<schedule::Change>(files.size(), schedule::Change::added));
    CHECK(changes() == std::vector<schedule::Change>(files.size(), schedule::Change::unchanged));

    schedule::Options other = options();
    other.user = "somebody";
    const auto changed = schedule::install(schedule::systemd_units(other), place, false);
    CHECK(changed[0].change == schedule::Change::changed);
    CHECK(changed[0].difference == std::vector<std::string>{"-User=mtlsca", "+User=somebody"});
    CHECK(changed[1].change == schedule::Change::unchanged);

    const io::Path timer = place / "mtlsca-crl.timer";
    const std::string edited = files[1].text + "# mine\n";
    io::write_file(timer, edited, io::Mode::public_file);
    CHECK_THROWS_AS(changes(), Error);
    CHECK(as_text(io::read_file(timer, 4096)) == edited);
    // The service, which was not edited, stays too: all of them or none.
    const Bytes service = io::read_file(place / "mtlsca-crl.service", 1 << 16);
    CHECK(as_text(service).find("User=somebody") != std::string::npos);
    CHECK(changes(/*force=*/true)[1] == schedule::Change::changed);
    CHECK(as_text(io::read_file(timer, 4096)) == files[1].text);
}

TEST_CASE("OCSP is answered by a service without keys, where systemd listens") {
    CHECK(text_of(options(), "mtlsca-ocsp.service").empty());
    schedule::Options with = options();
    with.ocsp = {"127.0.0.1:8889", "unix:/run/ocsp.sock"};
    with.ocsp_metrics = {"[::1]:8890"};
    const std::string service = text_of(with, "mtlsca-ocsp.service");
    CHECK(lines(service, "ExecStart") ==
          std::vector<std::string>{"ExecStart=/usr/bin/mtlsca --home /srv/ca ocsp serve"});
    CHECK(lines(service, "Sockets") ==
          std::vector<std::string>{"Sockets=mtlsca-ocsp.socket mtlsca-ocsp-metrics.socket"});
    CHECK(lines(service, "TemporaryFileSystem") ==
          std::vector<std::string>{"TemporaryFileSystem=/srv/ca/private:ro,mode=0755"});
    CHECK(lines(service, "LoadCredential").empty());
    CHECK(lines(text_of(with, "mtlsca-ocsp.socket"), "ListenStream") ==
          std::vector<std::string>{"ListenStream=127.0.0.1:8889", "ListenStream=/run/ocsp.sock"});
    CHECK(lines(text_of(with, "mtlsca-ocsp-metrics.socket"), "FileDescriptorName") ==
          std::vector<std::string>{"FileDescriptorName=metrics"});
    const auto units = schedule::units_to_enable(with);
    CHECK(std::count(units.begin(), units.end(), "mtlsca-ocsp.socket") == 1);
    CHECK(std::count(units.begin(), units.end(), "mtlsca-ocsp-metrics.socket") == 1);
}

TEST_CASE("answers that are signed beforehand have a job, and who gives them has no key") {
    schedule::Options with = options();
    with.ocsp = {"127.0.0.1:8889"};
    with.presigns_rows = true;
    CHECK(lines(text_of(with, "mtlsca-ocsp.service"), "TemporaryFileSystem") ==
          std::vector<std::string>{"TemporaryFileSystem=/srv/ca/private:ro,mode=0755",
                                   "TemporaryFileSystem=/srv/ca/ocsp:ro,mode=0755"});
    const std::string job = text_of(with, "mtlsca-presign.service");
    REQUIRE(lines(job, "ExecStart").size() == 1);
    CHECK(lines(job, "ExecStart")[0].ends_with(" ocsp presign --rows"));
    CHECK(lines(job, "TemporaryFileSystem").empty());
    const auto units = schedule::units_to_enable(with);
    CHECK(std::count(units.begin(), units.end(), "mtlsca-presign.timer") == 1);
    with.presigned_files = "/srv/answers"; // one job, one place
    CHECK(refusal(with));
    with.presigns_rows = false;
    const std::string files = text_of(with, "mtlsca-presign.service");
    CHECK(lines(files, "ExecStart")[0].ends_with(" ocsp presign --out /srv/answers"));
    CHECK(lines(files, "ReadWritePaths") ==
          std::vector<std::string>{"ReadWritePaths=/srv/ca", "ReadWritePaths=-/srv/answers"});
}

TEST_CASE("a host that has presigned files and no CA gets nothing but what answers from them") {
    schedule::Options with = options();
    with.ocsp_presigned = "/srv/answers";
    CHECK(refusal(with)); // where?
    with.ocsp = {"127.0.0.1:8889"};
    const auto files = schedule::systemd_units(with);
    REQUIRE(files.size() == 2);
    const std::string service = text_of(with, "mtlsca-ocsp.service");
    CHECK(lines(service, "ExecStart") ==
          std::vector<std::string>{"ExecStart=/usr/bin/mtlsca ocsp serve --presigned /srv/answers"});
    CHECK(lines(service, "ReadWritePaths").empty());
    CHECK(lines(service, "ReadOnlyPaths") == std::vector<std::string>{"ReadOnlyPaths=/srv/answers"});
    CHECK(lines(service, "RequiresMountsFor") == std::vector<std::string>{"RequiresMountsFor=/srv/answers"});
    CHECK(lines(service, "TemporaryFileSystem").empty());
    CHECK(schedule::units_to_enable(with) == std::vector<std::string>{"mtlsca-ocsp.socket"});
}

TEST_CASE("an address that systemd would not take is refused") {
    for (const char* address :
         {"localhost:8889", "8889", "unix:relative", "127.0.0.1:1\nExecStart=/bin/sh", "unix:"}) {
        schedule::Options with = options();
        with.ocsp = {address};
        REQUIRE(refusal(with));
        CHECK(refusal(with)->findings.front().subject == "--ocsp");
    }
    schedule::Options with = options();
    with.ocsp_metrics = {"127.0.0.1:8890"}; // of nothing
    CHECK(refusal(with));
}

#include "deploy/nginx/site/site.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::deploy::nginx;

namespace {

policy::Config config() {
    policy::Config config;
    config.roles = {{"Admin", "admin"}, {"Client", "client"}};
    return config;
}

SiteSettings settings() {
    SiteSettings settings;
    settings.server_name = "server.example.com";
    settings.cert = "/etc/nginx/server.crt";
    settings.key = "/etc/nginx/server.key";
    settings.upstream = "http://127.0.0.1:8080";
    return settings;
}

LocationSettings location(const std::string& path, const std::string& access,
                          std::vector<std::string> roles = {}) {
    return {
        .path = path, .access = access, .roles = std::move(roles), .names = {}, .upstream = {}, .root = {}};
}

// "rule subject" of every finding; empty where the site is fine.
std::vector<std::string> refusals(const SiteSettings& settings, std::optional<Version> version = {}) try {
    check_site(settings, config(), version);
    return {};
} catch (const Error& error) {
    CHECK(error.code == Code::refused);
    std::vector<std::string> texts;
    for (const Finding& finding : error.findings)
        texts.push_back(finding.rule + " " + finding.subject);
    return texts;
}

using Texts = std::vector<std::string>;

} // namespace

TEST_CASE("a site asks for a certificate everywhere unless it says otherwise") {
    SiteSettings raw = settings();
    raw.locations = {location("/public/", "public"), location("/admin", "", {"client", "admin", "admin"})};
    const Site site = check_site(raw, config(), {});
    REQUIRE(site.locations.size() == 3);
    CHECK(site.locations[0].path.path.empty());
    CHECK(site.locations[0].access == Access::certificate);
    CHECK(site.locations[1].access == Access::named);
    CHECK(site.locations[1].roles == Texts{"admin", "client"});
    CHECK(site.locations[1].backend.upstream->origin == "http://127.0.0.1:8080");
    CHECK(site.locations[2].access == Access::open);
    CHECK(site.listens == std::vector<Listen>{{"0.0.0.0", 443}});
    CHECK(site.log_folder == "/var/log/nginx");

    raw.locations = {location("/", "public")};
    CHECK(check_site(raw, config(), {}).locations.at(0).access == Access::open);
}

TEST_CASE("a site that says nothing of its paths has those of the default roles that there are") {
    const Site site = check_site(settings(), config(), {});
    REQUIRE(site.locations.size() == 3);
    CHECK(site.locations[0].access == Access::certificate);
    CHECK(site.locations[1].path.path == "/admin");
    CHECK(site.locations[1].roles == Texts{"admin"});
    CHECK(site.locations[2].path.path == "/api");
    CHECK(site.locations[2].roles == Texts{"client"});
    CHECK(site.settings.locations.size() == 2); // remembered, for whoever explains a refusal later
    SiteSettings raw = settings();
    raw.locations = {location("/", "certificate")};
    CHECK(check_site(raw, config(), {}).locations.size() == 1);
}

TEST_CASE("everything wrong with a site is told at once") {
    SiteSettings raw = settings();
    raw.server_name = "a;b";
    raw.cert = "";
    raw.key = "/a$b";
    raw.tls = "1.1";
    raw.listen = {"443", "0.0.0.0:443", "x"};
    raw.revocation = {"crl", "prayer"};
    raw.root = "/var/www";
    raw.upstream = "http://a b";
    raw.locations = {
        location("admin", "", {"root"}), location("/a", "private"), location("/b", "public", {"admin"}),
        location("/c", "", {"root"}),    location("/d", ""),        location("/d/", "")};
    CHECK(refusals(raw) ==
          Texts{"site-server-name server_name \"a;b\"", "site-file cert", "site-file key \"/a$b\"",
                "site-tls tls \"1.1\"", "site-revocation revocation \"prayer\"", "site-listen listen \"443\"",
                "site-listen listen \"x\"", "site-backend site", "site-upstream site upstream \"http://a b\"",
                "site-path location \"admin\"", "site-role location \"admin\" role \"root\"",
                "site-access location \"/a\" access \"private\"", "site-access location \"/b\"",
                "site-role location \"/c\" role \"root\"", "site-path location \"/d/\""});
}

TEST_CASE("a location without a backend of its own needs the site's") {
    SiteSettings raw = settings();
    raw.upstream = "";
    raw.locations = {location("/", ""), location("/a", "")};
    raw.locations[0].root = "/var/www";
    CHECK(refusals(raw) == Texts{"site-backend location \"/a\""});
    raw.locations[1].upstream = "http://127.0.0.1:9090/base";
    CHECK(refusals(raw).empty());
}

TEST_CASE("a redirect from HTTP answers at port 80 of each address, and never where TLS does") {
    SiteSettings raw = settings();
    raw.listen = {"443", "8443", "[::]:443"};
    raw.redirect_http = true;
    CHECK(check_site(raw, config(), {}).http_listens == std::vector<Listen>{{"0.0.0.0", 80}, {"[::]", 80}});
    raw.http_listen = {"8080"};
    CHECK(check_site(raw, config(), {}).http_listens == std::vector<Listen>{{"0.0.0.0", 8080}});
    raw.http_listen = {"8443"};
    CHECK(refusals(raw) == Texts{"site-listen http_listen \"8443\""});
    raw.redirect_http = false;
    CHECK(refusals(raw) == Texts{"site-listen http_listen"});
}

TEST_CASE("a site that would overwrite http.conf is refused") {
    SiteSettings raw = settings();
    raw.server_name = "HTTP";
    CHECK(refusals(raw) == Texts{"site-server-name server_name \"http\""});
}

TEST_CASE("an nginx that lacks what is written is refused") {
    CHECK(refusals(settings(), Version{1, 13, 12}) == Texts{"site-nginx-version nginx 1.13.12"});
    CHECK(refusals(settings(), Version{1, 14, 0}).empty());
    SiteSettings raw = settings();
    raw.revocation = {"map", "ocsp"};
    raw.ocsp_responder = "http://127.0.0.1:8889/";
    raw.log_format = "json";
    CHECK(refusals(raw, Version{1, 18, 0}) ==
          Texts{"site-nginx-version nginx 1.18.0", "site-nginx-version nginx 1.18.0"});
    CHECK(refusals(raw, Version{1, 19, 0}).empty());
}

TEST_CASE("hostile text in findings is not shown as it is") {
    SiteSettings raw = settings();
    raw.server_name = "a\x1b[2J\nb";
    CHECK(refusals(raw) == Texts{"site-server-name server_name \"a\\x1B[2J\\x0Ab\""});
}

TEST_CASE("what is remembered of a site is the site, with absolute paths") {
    SiteSettings raw = settings();
    raw.cert = "server.crt";
    raw.redirect_http = true;
    raw.http_listen = {"80"};
    raw.listen = {"[::]:443"};
    raw.tls = "1.3";
    raw.revocation = {"crl"};
    raw.locations = {location("/public", "public"), location("/admin", "", {"admin"})};
    raw.locations[0].root = "www/";
    const SiteSettings checked = check_site(raw, config(), {}).settings;
    CHECK(checked.cert == (std::filesystem::current_path() / "server.crt").string());
    CHECK(checked.locations[0].root == (std::filesystem::current_path() / "www").string());
    RememberedFolder folder{.folder = "/srv/site", .sites = {checked}, .target = {}, .loaded = "ab"};
    folder.target.reload = "true";
    const RememberedFolder again = from_store(to_store(folder));
    CHECK(again.folder == "/srv/site");
    CHECK(again.sites == folder.sites);
    CHECK(again.target == folder.target);
    CHECK(again.loaded == "ab");
    CHECK(check_site(checked, config(), {}).settings == checked);
}

TEST_CASE("a remembered site that another program damaged is told, one of an older program is read") {
    CHECK_THROWS_AS(from_store({"/srv/site", "{"}), Error);
    CHECK_THROWS_AS(from_store({"/srv/site", R"({"sites": [{"listen": 443}]})"}), Error);
    CHECK(from_store({"/srv/site", R"({"sites": [{"server_name": "a"}]})"}).sites.at(0).server_name == "a");
}

TEST_CASE("a path that is named several times is one location") {
    SiteSettings raw;
    location_at(raw, "/a").roles.push_back("admin");
    location_at(raw, "/b").access = "public";
    location_at(raw, "/a").roles.push_back("client");
    REQUIRE(raw.locations.size() == 2);
    CHECK(raw.locations[0].roles == Texts{"admin", "client"});
}

TEST_CASE("a site file says what flags say and more, and files in it are meant from its own folder") {
    const SiteSettings site = read_site_file(R"(
server_name = "a.example.com"
cert = "a.crt"
key = "/etc/a.key"
listen = ["443", "[::]:443"]
revocation = "map"
upstream = "http://127.0.0.1:8080"
[[location]]
path = "/pay"
roles = ["admin"]
names = ["cn:billing", "san:URI:spiffe://acme/pay", "owner:team-payments"]
)",
                                             "/srv/site/a.toml");
    CHECK(site.cert == "/srv/site/a.crt");
    CHECK(site.key == "/etc/a.key");
    CHECK(site.listen == Texts{"443", "[::]:443"});
    CHECK(site.revocation == Texts{"map"});
    const Site checked = check_site(site, config(), {});
    CHECK(checked.revocation.map);
    CHECK_FALSE(checked.revocation.crl);
    const Location& location = checked.locations.at(1);
    CHECK(location.roles == Texts{"admin"});
    REQUIRE(location.identities.size() == 3);
    CHECK(location.identities[1] == Identity{Identity::Kind::san, "uri:spiffe://acme/pay"});
}

TEST_CASE("a site file that says something nobody reads is refused, with all such keys") {
    try {
        read_site_file("server_nam = \"a\"\nlisten = 443\n[[location]]\npth = \"/\"\n", "a.toml");
        FAIL("accepted");
    } catch (const Error& error) {
        CHECK(error.code == Code::refused);
        CHECK(error.findings.size() == 3);
    }
}

TEST_CASE("names that nginx cannot compare, or that nobody could have, are refused") {
    SiteSettings raw = settings();
    raw.locations = {location("/a", "")};
    for (const char* name : {"billing", "cn:", "cn:a\nb", "san:spiffe://acme/pay", "san:dns:a b", "owner:"}) {
        raw.locations[0].names = {name};
        CHECK(refusals(raw).size() == 1);
    }
    raw.locations[0].names = {"cn:x\"; }(.*)$"};
    CHECK(refusals(raw).empty());
    raw.locations[0].access = "public";
    CHECK(refusals(raw) == Texts{"site-access location \"/a\""});
}

TEST_CASE("OCSP without a responder that nginx can find would refuse every client, and is refused") {
    SiteSettings raw = settings();
    raw.revocation = {"crl", "ocsp"};
    CHECK(refusals(raw) == Texts{"site-ocsp ocsp_responder"});
    raw.ocsp_responder = "https://127.0.0.1:1/";
    CHECK(refusals(raw).size() == 1);
    raw.ocsp_responder = "http://ocsp.example.com/";
    CHECK(refusals(raw).size() == 1);
    raw.resolver = {"10.0.0.53", "[::1]:5353"};
    CHECK(refusals(raw).empty());
    raw.resolver = {"dns.example.com"};
    CHECK(refusals(raw).size() == 1);
    raw.resolver.clear();
    raw.ocsp_responder = "http://127.0.0.1:8889";
    CHECK(refusals(raw).empty());
    raw.revocation = {"crl"};
    CHECK(refusals(raw) == Texts{"site-ocsp ocsp_responder"});
}

#include "deploy/nginx/site/files.h"

#include "refusal.h"
#include "store/inventory_fixture.h"

#include <catch2/catch.hpp>
#include <fstream>

using namespace mtlsca;
using namespace mtlsca::deploy::nginx;

namespace {

std::string content_of(const io::Path& path) {
    return std::string(as_text(io::read_file(path, 1 << 22)));
}

// A CA's folder with an inventory, and a site that is written from it.
class Folders {
public:
    Folders() {
        config.roles = {{"Admin", "admin"}, {"Client", "client"}};
        settings.server_name = "a.example.com";
        settings.cert = "/etc/nginx/a.crt";
        settings.key = "/etc/nginx/a.key";
        settings.upstream = "http://127.0.0.1:8080/base";
        location_at(settings, "/admin").roles = {"admin"};
        location_at(settings, "/public/").access = "public";
        put(ca.chain, "chain\n");
        put(ca.bundle, "bundle\n");
    }
    static void put(const io::Path& path, const std::string& text) {
        std::ofstream(path, std::ios::binary) << text;
    }
    Site site() const { return check_site(settings, config, {}); }
    Source source() const { return {config, inventory.database, ca, inventory::now}; }
    bool write() {
        folder.folder = out;
        join(folder, site());
        return write_site(site(), folder, source());
    }
    bool refresh() { return refresh_folder(folder, source()); }
    std::string file(const std::string& name) const { return content_of(out / name); }

    inventory::Inventory inventory;
    CaFiles ca{inventory.folder.path(), inventory.folder / "chain.pem", inventory.folder / "bundle.pem"};
    io::Path out = inventory.folder / "out";
    policy::Config config;
    SiteSettings settings;
    RememberedFolder folder;
};

} // namespace

TEST_CASE("a site's folder holds what nginx.md says and nothing else") {
    Folders folders;
    CHECK(folders.write());
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folders.out))
        names.insert(entry.path().lexically_relative(folders.out).string());
    CHECK(names == std::set<std::string>{"http.conf", "a.example.com.conf", "maps", "maps/roles.map",
                                         "maps/identities.map", "maps/bindings.map", "maps/revoked.map",
                                         "chain.pem", "bundle.pem"});
    CHECK(folders.file("chain.pem") == "chain\n");
    CHECK(folders.file("bundle.pem") == "bundle\n");
    const std::string command = "# Written by mtlsca, not to be edited. To write it again: mtlsca --home " +
                                folders.ca.home.string() + " nginx site --server-name a.example.com ";
    for (const char* name : {"http.conf", "a.example.com.conf", "maps/roles.map", "maps/identities.map",
                             "maps/bindings.map", "maps/revoked.map"})
        CHECK(folders.file(name).starts_with(command));
}

TEST_CASE("what did not change is not written again, and nginx need not be reloaded") {
    Folders folders;
    folders.write();
    const auto time_of = [&](const char* name) {
        return std::filesystem::last_write_time(folders.out / name);
    };
    const auto long_ago = time_of("bundle.pem") - std::chrono::hours(1);
    for (const char* name : {"bundle.pem", "http.conf", "maps/bindings.map"})
        std::filesystem::last_write_time(folders.out / name, long_ago);
    CHECK_FALSE(folders.write());
    CHECK_FALSE(folders.refresh());
    for (const char* name : {"bundle.pem", "http.conf", "maps/bindings.map"})
        CHECK(time_of(name) == long_ago);

    Folders::put(folders.ca.bundle, "newer bundle\n");
    CHECK(folders.refresh());
    CHECK(folders.file("bundle.pem") == "newer bundle\n");
    CHECK(time_of("http.conf") == long_ago);
}

TEST_CASE("a refresh brings new certificates to the maps and leaves the servers alone") {
    Folders folders;
    folders.write();
    Folders::put(folders.out / "a.example.com.conf", "# mine\n");
    store::Intent intent = folders.inventory.intent("bob");
    intent.bindings = {"10.0.0.5"};
    inventory::issue(folders.inventory.database, intent);
    CHECK(folders.refresh());
    CHECK(folders.file("maps/identities.map").find(" bob;\n") != std::string::npos);
    CHECK(folders.file("maps/bindings.map").find(":10.0.0.5 1;\n") != std::string::npos);
    CHECK(folders.file("a.example.com.conf") == "# mine\n");
    CHECK_FALSE(folders.refresh());
}

TEST_CASE("a refresh knows the roles that the site was written with") {
    Folders folders;
    folders.write();
    folders.config.roles.erase("Admin");
    CHECK(folders.refresh());
    CHECK(folders.file("maps/roles.map").find("$mtlsca_role_admin {\n    default \"\";\n}") !=
          std::string::npos);
}

TEST_CASE("a path without its last slash is itself and all below it, and nothing that only begins like it") {
    Folders folders;
    folders.write();
    const std::string conf = folders.file("a.example.com.conf");
    CHECK(conf.find("    location = /admin {\n        if ($mtlsca_refuse_") != std::string::npos);
    CHECK(conf.find("proxy_pass http://127.0.0.1:8080/base;\n") != std::string::npos);
    CHECK(conf.find("    location ^~ /admin/ {\n        if ($mtlsca_refuse_") != std::string::npos);
    CHECK(conf.find("proxy_pass http://127.0.0.1:8080/base/;\n") != std::string::npos);
    CHECK(conf.find("    location ^~ / {\n        if ($mtlsca_refuse) {") != std::string::npos);
    CHECK(conf.find("    location ^~ /public/ {\n        proxy_pass ") != std::string::npos);
    CHECK(conf.find("location = /public {") == std::string::npos);
}

TEST_CASE("sites beside each other share no variable of their own") {
    Folders folders;
    const auto variable = [&](const std::string& name) {
        folders.settings.server_name = name;
        folders.write();
        const std::string conf = folders.file(name + ".conf");
        const auto begin = conf.find("$mtlsca_refuse_");
        return conf.substr(begin, conf.find(' ', begin) - begin);
    };
    CHECK(variable("a.example.com") != variable("b.example.com"));
}

TEST_CASE("several sites in one folder share its maps, and each keeps its own file") {
    Folders folders;
    folders.write();
    const std::string first = folders.file("a.example.com.conf");
    folders.settings.server_name = "b.example.com";
    folders.settings.revocation = {"map"};
    folders.write();
    CHECK(folders.folder.sites.size() == 2);
    CHECK(folders.file("a.example.com.conf") == first);
    CHECK(folders.file("http.conf").find("maps/revoked.map;\n") != std::string::npos);
    folders.settings.server_name = "a.example.com";
    folders.settings.revocation.clear();
    CHECK_FALSE(folders.write());
    CHECK(folders.file("http.conf").find("maps/revoked.map;\n") != std::string::npos);
}

TEST_CASE("sites that would take each other's file or maps are refused in one folder") {
    Folders folders;
    folders.settings.server_name = "*.example.com";
    folders.write();
    folders.settings.server_name = "_.example.com";
    CHECK(code_of([&] { folders.write(); }) == Code::refused);
    folders.settings.server_name = "b.example.com";
    folders.settings.roles_from = "inventory";
    CHECK(code_of([&] { folders.write(); }) == Code::refused);
    folders.settings.roles_from = "dn";
    CHECK(code_of([&] { folders.write(); }) == Code::done);
}

TEST_CASE("a folder that is written beside itself names its own path, and its digest is that of the folder") {
    Folders folders;
    folders.write();
    const io::Path place = folders.inventory.folder / "beside";
    io::make_folder(place, 0755);
    write_staged(folders.folder, place, folders.source());
    for (const char* name : {"http.conf", "a.example.com.conf", "maps/identities.map", "chain.pem"})
        CHECK(content_of(place / name) == folders.file(name));
    CHECK(digest(folders.folder, place) == digest(folders.folder, folders.out));
    Folders::put(place / "maps/bindings.map", "");
    CHECK(digest(folders.folder, place) != digest(folders.folder, folders.out));
    std::filesystem::remove(place / "maps/bindings.map");
    CHECK(digest(folders.folder, place) != digest(folders.folder, folders.out));
}

TEST_CASE("roles come from the inventory where the site says so, and not from the subject") {
    Folders folders;
    folders.settings.roles_from = "inventory";
    store::Intent intent = folders.inventory.intent("bob");
    intent.ous = {"Admin", "Client", "Elsewhere"};
    inventory::issue(folders.inventory.database, intent);
    folders.write();
    const std::string roles = folders.file("maps/roles.map");
    const std::string serial = serial_text(intent.serial);
    CHECK(roles.find("map $mtlsca_serial $mtlsca_role_admin {\n    default \"\";\n    " + serial +
                     " admin,;\n") != std::string::npos);
    CHECK(roles.find(serial + " client,;\n") != std::string::npos);
    CHECK(roles.find("$ssl_client_s_dn") == std::string::npos);
}

TEST_CASE("revoked and held certificates are in the map of the revoked, expired ones no longer") {
    Folders folders;
    const auto revoke = [&](const char* name, Time not_after, x509::RevocationReason reason) {
        store::Intent intent = folders.inventory.intent(name);
        intent.not_after = not_after;
        const auto id =
            inventory::issue(folders.inventory.database, intent, inventory::now - 100 * inventory::day);
        inventory::revoke(folders.inventory.database, id, reason);
        return serial_text(intent.serial);
    };
    const Time later = inventory::now + inventory::day, earlier = inventory::now - inventory::day;
    const std::string revoked = revoke("revoked", later, x509::RevocationReason::key_compromise);
    const std::string held = revoke("held", later, x509::RevocationReason::certificate_hold);
    const std::string expired = revoke("expired", earlier, x509::RevocationReason::key_compromise);
    folders.write();
    const std::string map = folders.file("maps/revoked.map");
    CHECK(map.find("    " + revoked + " 1;\n") != std::string::npos);
    CHECK(map.find("    " + held + " 1;\n") != std::string::npos);
    CHECK(map.find(expired) == std::string::npos);
    CHECK(folders.file("http.conf").find("revoked") == std::string::npos);
}

TEST_CASE("a wildcard's file is not a pattern to nginx's include") {
    Folders folders;
    folders.settings.server_name = "*.example.com";
    folders.write();
    CHECK(site_file(folders.settings, folders.out) == folders.out / "_.example.com.conf");
    CHECK(folders.file("_.example.com.conf").find("server_name \"*.example.com\";\n") != std::string::npos);
}

TEST_CASE("a chain of two tiers is not too long for nginx") {
    Folders folders;
    folders.write();
    CHECK(folders.file("a.example.com.conf").find("ssl_verify_depth 2;\n") != std::string::npos);
}

TEST_CASE("nginx is never given files that are missing or empty") {
    Folders folders;
    Folders::put(folders.ca.bundle, "");
    CHECK(code_of([&] { folders.write(); }) == Code::failed);
    std::filesystem::remove(folders.ca.bundle);
    CHECK(code_of([&] { folders.write(); }) == Code::not_found);
    CHECK_FALSE(io::exists(folders.out / "bundle.pem"));
}

TEST_CASE("a folder that is gone is told, one that nginx cannot include is refused") {
    Folders folders;
    CHECK(code_of([&] { folders.refresh(); }) == Code::not_found);
    folders.out = folders.inventory.folder / "a*b";
    CHECK(code_of([&] { folders.write(); }) == Code::refused);
    CHECK_FALSE(io::exists(folders.out));
}

TEST_CASE("hostile paths end no line and no word") {
    Folders folders;
    folders.out = folders.inventory.folder / "a b;}'\"\\ # x";
    folders.settings.cert = "/etc/a \"b\".crt";
    folders.write();
    const std::string conf = folders.file("a.example.com.conf");
    CHECK(conf.find("    ssl_certificate \"/etc/a \\\"b\\\".crt\";\n") != std::string::npos);
    CHECK(conf.find("a b;}'\\\"\\\\ # x/chain.pem\";\n") != std::string::npos);
    CHECK(std::count(conf.begin(), conf.begin() + static_cast<std::ptrdiff_t>(conf.find("\n# Include")),
                     '\n') == 0);
}

TEST_CASE("a site on standard output refers to the CA's own files and carries its maps") {
    Folders folders;
    inventory::issue(folders.inventory.database, folders.inventory.intent("bob"));
    std::string text;
    write_site_text(folders.site(), folders.source(), [&](std::string_view piece) { text += piece; });
    CHECK(text.find("ssl_crl " + folders.ca.bundle.string() + ";\n") != std::string::npos);
    CHECK(text.find("\ninclude ") == std::string::npos);
    CHECK(text.find(" bob;\n") != std::string::npos);
    CHECK(text.find("$mtlsca_role_admin {") != std::string::npos);
    CHECK(std::distance(std::filesystem::directory_iterator(folders.ca.home), {}) >= 3);
    CHECK_FALSE(io::exists(folders.out));
}

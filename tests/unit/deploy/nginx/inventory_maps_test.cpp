#include "deploy/nginx/site/inventory_maps.h"

#include "store/inventory_fixture.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::deploy::nginx;

namespace {

const policy::Roles no_roles;

store::Certificate certificate(Bytes serial, std::vector<std::string> bindings = {}) {
    store::Certificate certificate;
    certificate.serial = std::move(serial);
    certificate.name = "alice";
    certificate.bindings = std::move(bindings);
    return certificate;
}

std::string identities(InventoryMaps& maps) {
    std::string text;
    maps.write_identities([&](std::string_view piece) { text += piece; });
    return text;
}

std::string bindings(InventoryMaps& maps) {
    std::string text;
    maps.write_bindings([&](std::string_view piece) { text += piece; });
    return text;
}

} // namespace

TEST_CASE("an identity is found by the serial as nginx prints it") {
    const TemporaryFolder folder;
    InventoryMaps maps(no_roles, {}, folder.path());
    store::Certificate alice = certificate({0x00, 0x0a, 0xf3});
    alice.sans = {"uri:spiffe://acme/pay", "dns:a.example.com"};
    alice.owner = "payments $team \"x\"";
    maps.add(alice);
    CHECK(identities(maps) == "map $mtlsca_serial $mtlsca_name {\n"
                              "    default \"\";\n"
                              "    0AF3 alice;\n"
                              "}\n"
                              "map $mtlsca_serial $mtlsca_san {\n"
                              "    default \"\";\n"
                              "    0AF3 \"uri:spiffe://acme/pay dns:a.example.com\";\n"
                              "}\n"
                              "map $mtlsca_serial $mtlsca_owner {\n"
                              "    default \"\";\n"
                              "    0AF3 \"payments ${mtlsca_dollar}team \\\"x\\\"\";\n"
                              "}\n");
}

TEST_CASE("an identity that nginx cannot carry is left out, a long list of names is cut between two") {
    const TemporaryFolder folder;
    InventoryMaps maps(no_roles, {}, folder.path());
    store::Certificate alice = certificate({0x0a});
    alice.name = "alice\n} evil";
    for (int i = 0; i < 100; ++i)
        alice.sans.push_back("dns:" + std::string(60, 'a') + std::to_string(i % 10));
    maps.add(alice);
    const std::string text = identities(maps);
    CHECK(text.find("evil") == std::string::npos);
    const auto begin = text.find("    0A \"");
    REQUIRE(begin != std::string::npos);
    const std::string line = text.substr(begin, text.find('\n', begin) - begin);
    CHECK(line.size() > 1900);
    CHECK(line.size() < 2100);
    CHECK(line.substr(line.size() - 6, 3) == "aaa");
    CHECK(line.ends_with("\";"));
}

TEST_CASE("a narrower network of another certificate does not hide the one a certificate is bound to") {
    const TemporaryFolder folder;
    InventoryMaps maps(no_roles, {}, folder.path());
    maps.add(certificate({0x0a}, {"10.0.0.0/8", "10.0.0.5"}));
    maps.add(certificate({0x0b}, {"10.0.0.5", "2001:db8::/32"}));
    CHECK(bindings(maps) == "map $mtlsca_serial $mtlsca_bound {\n"
                            "    default \"\";\n"
                            "    0A 1;\n"
                            "    0B 1;\n"
                            "}\n"
                            "geo $mtlsca_network_v4_32 {\n"
                            "    default \"\";\n"
                            "    10.0.0.5 10.0.0.5;\n"
                            "}\n"
                            "map \"$mtlsca_serial:$mtlsca_network_v4_32\" $mtlsca_from_v4_32 {\n"
                            "    default \"\";\n"
                            "    0A:10.0.0.5 1;\n"
                            "    0B:10.0.0.5 1;\n"
                            "}\n"
                            "geo $mtlsca_network_v4_8 {\n"
                            "    default \"\";\n"
                            "    10.0.0.0/8 10.0.0.0/8;\n"
                            "}\n"
                            "map \"$mtlsca_serial:$mtlsca_network_v4_8\" $mtlsca_from_v4_8 {\n"
                            "    default \"\";\n"
                            "    0A:10.0.0.0/8 1;\n"
                            "}\n"
                            "geo $mtlsca_network_v6_32 {\n"
                            "    default \"\";\n"
                            "    2001:db8::/32 2001:db8::/32;\n"
                            "}\n"
                            "map \"$mtlsca_serial:$mtlsca_network_v6_32\" $mtlsca_from_v6_32 {\n"
                            "    default \"\";\n"
                            "    0B:2001:db8::/32 1;\n"
                            "}\n"
                            "map \"$mtlsca_bound:$mtlsca_from_v4_32$mtlsca_from_v4_8$mtlsca_from_v6_32\" "
                            "$mtlsca_elsewhere {\n"
                            "    default 1;\n"
                            "    \"~^:\" 0;\n"
                            "    \"~^1:1\" 0;\n"
                            "}\n");
}

TEST_CASE("a certificate whose network is none stays bound, to nowhere") {
    const TemporaryFolder folder;
    InventoryMaps maps(no_roles, {}, folder.path());
    maps.add(certificate({0x0a}, {"10.0.0.0/8; }"}));
    const std::string text = bindings(maps);
    CHECK(text.find("    0A 1;\n") != std::string::npos);
    CHECK(text.find("geo") == std::string::npos);
}

TEST_CASE("maps hold live certificates, held ones too, and no others") {
    inventory::Inventory ca;
    for (const char* name : {"valid", "held", "revoked", "expired"}) {
        store::Intent intent = ca.intent(name);
        if (intent.name == "expired")
            intent.not_after = inventory::now - inventory::day;
        const auto id = inventory::issue(ca.database, intent, inventory::now - 100 * inventory::day);
        if (intent.name == "held")
            inventory::revoke(ca.database, id, x509::RevocationReason::certificate_hold);
        if (intent.name == "revoked")
            inventory::revoke(ca.database, id);
    }
    inventory::record_pending(ca.database, ca.intent("pending"));
    InventoryMaps maps(no_roles, {}, ca.folder.path());
    maps.read(ca.database, inventory::now);
    const std::string text = identities(maps);
    CHECK(text.find(" valid;\n") != std::string::npos);
    CHECK(text.find(" held;\n") != std::string::npos);
    for (const char* name : {" revoked;\n", " expired;\n", " pending;\n"})
        CHECK(text.find(name) == std::string::npos);
}

TEST_CASE("a large map is sixteen smaller ones, by the last digit, and one above them") {
    const TemporaryFolder folder;
    SerialMap map("$mtlsca_revoked", "0", folder.path());
    const Token yes = map_value("1").value();
    for (std::uint64_t number = 0; number < 10001; ++number)
        map.add(serial_text(inventory::serial_of(number)), yes);
    std::string text;
    map.write([&](std::string_view piece) { text += piece; });
    CHECK(map.most_keys() < 1000);
    CHECK(std::count(text.begin(), text.end(), '\n') == 10001 + 16 * 3 + 2 + 16 + 1);
    CHECK(text.ends_with("    E $mtlsca_revoked_E;\n    F $mtlsca_revoked_F;\n}\n"));
    const std::string serial = serial_text(inventory::serial_of(77));
    const auto found = text.find(serial);
    REQUIRE(found != std::string::npos);
    const auto begin = text.rfind("map ", found);
    CHECK(text.substr(begin, 36) == std::string("map $mtlsca_serial $mtlsca_revoked_") + serial.back());
}

TEST_CASE("hash tables grow with the number and the length of their keys") {
    CHECK(hash_sizes(0, 0).bucket == 256);
    CHECK(hash_sizes(0, 0).maximum == 4096);
    CHECK(hash_sizes(10, 90).bucket == 512);
    CHECK(hash_sizes(100000, 32).maximum == 131072);
    CHECK(hash_sizes(100000, 32).bucket == 1024);
}

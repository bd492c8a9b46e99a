#include "policy/planning.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::policy;

namespace {

Config checked(const std::string& keys) {
    return check_settings(read_settings("[ca]\nname = \"Acme\"\n[deploy.web]\n" + keys, "mtlsca.toml"),
                          "mtlsca.toml");
}

// The keys that findings are about.
std::vector<std::string> refused(const std::string& keys) {
    std::vector<std::string> subjects;
    try {
        checked(keys);
    } catch (const Error& error) {
        for (const Finding& finding : error.findings)
            subjects.push_back(finding.subject);
    }
    return subjects;
}

using Strings = std::vector<std::string>;

} // namespace

TEST_CASE("a target that says its folder alone is a safe one", "[deploy]") {
    const DeployTarget target = checked("folder = \"/etc/nginx/tls\"").deploy_targets.at("web");
    CHECK(target.folder == "/etc/nginx/tls");
    CHECK(target.certificate.fill_in("alice", "0A") == "alice.crt");
    CHECK(target.key->fill_in("alice", "0A") == "alice.key");
    CHECK_FALSE(target.ca);
    CHECK(target.certificate_mode == 0644);
    CHECK(target.key_mode == 0600);
    CHECK(target.owner.empty());
    CHECK(target.reload.empty());
}

TEST_CASE("everything wrong in a target is told at once", "[deploy]") {
    CHECK(
        refused(
            "folder = \"tls\"\nowner = \"-x\"\ngroup = \"a:b\"\ncertificate = \"../x\"\nkey_mode = \"0644\"\n"
            "certificate_mode = \"0666\"\nreload = \"a\\nb\"") ==
        Strings{"deploy.web.folder", "deploy.web.owner", "deploy.web.group", "deploy.web.reload",
                "deploy.web.certificate", "deploy.web.certificate_mode", "deploy.web.key_mode"});
    CHECK(refused("") == Strings{"deploy.web.folder"});
    for (const char* folder : {"/a/../b", "/a/..", "a", "~/x"})
        CHECK(refused("folder = \"" + std::string(folder) + "\"") == Strings{"deploy.web.folder"});
}

TEST_CASE("a mode is octal, grants no more than it should and lets the owner read", "[deploy]") {
    const std::string folder = "folder = \"/x\"\n";
    for (const char* mode : {"0640", "640", "0400", "0440"})
        CHECK(refused(folder + "key_mode = \"" + mode + "\"").empty());
    for (const char* mode : {"", "0", "8", "0660", "0604", "0700", "04600", "0040", "rw", "0600 ", "-600"})
        CHECK(refused(folder + "key_mode = \"" + mode + "\"") == Strings{"deploy.web.key_mode"});
}

TEST_CASE("file names cannot leave the folder, hide or meet", "[deploy]") {
    const std::string folder = "folder = \"/x\"\n";
    for (const char* name : {"a/b", "..", ".hidden", "-x", "", "a b", "{other}.crt", "{name", "a\\u0000"})
        CHECK(refused(folder + "certificate = \"" + name + "\"\nkey = \"\"") ==
              Strings{"deploy.web.certificate"});
    CHECK(refused(folder + "certificate = \"{name}.key\"") == Strings{"deploy.web.certificate"});
    CHECK(refused(folder + "certificate = \"one.crt\"") == Strings{"deploy.web.key"});
    CHECK(refused(folder + "certificate = \"one.crt\"\nkey = \"one.key\"").empty());
    CHECK(refused(folder + "certificate = \"one.crt\"\nkey = \"\"").empty());

    const auto pattern = FileNamePattern::parse("{name}-{serial}.pem");
    REQUIRE(pattern);
    CHECK(pattern->fill_in("alice", "0A") == "alice-0A.pem");
    CHECK(pattern->fill_in("{serial}", "0A") == std::nullopt);
    for (const char* name : {"a/b", "..", ".a", "-a", "", "a\nb", "a*b"})
        CHECK(pattern->fill_in(name, "0A") == std::nullopt);
    CHECK(FileNamePattern::parse("{serial}.pem")->fill_in("a/b", "0A") == "0A.pem");
    CHECK(pattern->fill_in(std::string(240, 'x'), "0A") == std::nullopt);
}

TEST_CASE("a plan knows its targets, and refuses those that are not there or cannot hold its name",
          "[deploy]") {
    const Config config =
        planning::config_with("[profiles.web]\nextended_key_usages = [\"clientAuth\"]\n"
                              "deploy = [\"one\"]\n"
                              "[deploy.one]\nfolder = \"/one\"\n"
                              "[deploy.two]\nfolder = \"/two\"\ncertificate = \"{serial}.crt\"\n"
                              "key = \"\"\n");
    const auto planned = [&](const std::string& name, Strings deployments) {
        SigningOptions options;
        options.name = name;
        options.deployments = std::move(deployments);
        return planning::issue(config, "web", options);
    };
    CHECK(planned("alice", {"two", "two"}).plan->deployments() == Strings{"two"});
    CHECK(planned("alice", {}).plan->deployments().empty()); // the profile may say something else tomorrow
    const Planned unknown = planned("alice", {"three"});
    REQUIRE_FALSE(unknown.plan);
    CHECK(unknown.findings.front().rule == "deploy-unknown");
    const Planned slash = planned("a/b", {"two"});
    REQUIRE_FALSE(slash.plan);
    REQUIRE(slash.findings.size() == 1);
    CHECK(slash.findings.front().rule == "deploy-file-name");
    CHECK(slash.findings.front().subject == "deploy one");
}

TEST_CASE("a profile cannot name a target that is not there", "[deploy]") {
    CHECK(refused("folder = \"/x\"\n[profiles.p]\nextended_key_usages = [\"clientAuth\"]\ndeploy = [\"web\", "
                  "\"other\"]") == Strings{"profiles.p.deploy"});
}

#include "authority/audit_seal.h"
#include "authority/made_ca.h"
#include "store/connection.h"

#include <catch2/catch.hpp>

using namespace made_ca;

namespace {

std::vector<std::string> rules(authority::Ca& ca) {
    std::vector<std::string> rules;
    for (const Finding& finding : authority::verify_audit(ca).findings)
        rules.push_back(finding.rule);
    return rules;
}

bool holds(const std::vector<std::string>& rules, const std::string& rule) {
    return std::find(rules.begin(), rules.end(), rule) != rules.end();
}

} // namespace

TEST_CASE("an untouched log is intact, and what came after the last CRL is not yet sealed") {
    MadeCa made;
    authority::Ca ca = made.open();
    made.issue(ca, "alice");
    authority::AuditVerification verification = authority::verify_audit(ca);
    CHECK(verification.findings.empty());
    CHECK(verification.unsealed == 2); // pending and valid
    made.publish(ca);
    verification = authority::verify_audit(ca);
    CHECK(verification.findings.empty());
    CHECK(verification.unsealed == 0);
}

TEST_CASE("a cut behind the sealed head is found") {
    MadeCa made;
    authority::Ca ca = made.open();
    made.publish(ca);
    const auto sealed = authority::verify_audit(ca).sealed;
    ca.database().connection().execute("DELETE FROM audit WHERE sequence >= " + std::to_string(sealed));
    CHECK(holds(rules(ca), "audit-cut"));
}

TEST_CASE("an edited entry is found") {
    MadeCa made;
    authority::Ca ca = made.open();
    made.publish(ca);
    ca.database().connection().execute("UPDATE audit SET time = time + 1 WHERE sequence = 2");
    CHECK(holds(rules(ca), "audit-hash"));
}

TEST_CASE("a missing or forged audit.head is found") {
    MadeCa made;
    authority::Ca ca = made.open();
    const io::Path head = made.files().audit_head();
    Bytes text = io::read_file(head, 4096);
    text[text.size() - 10] ^= 1;
    io::write_file(head, text, io::Mode::public_file);
    CHECK(holds(rules(ca), "audit-head"));
    std::filesystem::remove(head);
    CHECK(holds(rules(ca), "audit-head"));
}

TEST_CASE("an older audit.head is accepted: the log has only grown since") {
    MadeCa made;
    authority::Ca ca = made.open();
    const io::Path head = made.files().audit_head();
    const Bytes old = io::read_file(head, 4096);
    made.publish(ca);
    io::write_file(head, old, io::Mode::public_file);
    CHECK(authority::verify_audit(ca).findings.empty());
}

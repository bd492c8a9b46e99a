#include "authority/bulk/preparation.h"

#include <map>

namespace mtlsca::authority {
namespace {

Error refusal(const std::string& name, Findings findings) {
    return {Code::refused, name, "refused by policy", {}, std::move(findings)};
}

policy::Planned plan(const Ca& ca, const BulkWish& wish, const policy::Facts& facts) {
    if (wish.request)
        return policy::plan_certificate(ca.config(), *wish.profile, *wish.request, wish.options, facts);
    return policy::plan_certificate(ca.config(), *wish.profile, wish.key_type, wish.options, facts);
}

void plan_row(const Ca& ca, BulkRow& row, const BulkWish& wish, const policy::Facts& facts) {
    policy::Planned planned = plan(ca, wish, facts);
    if (!planned.plan)
        throw refusal(row.name, std::move(planned.findings));
    row.plan = std::move(planned.plan);
    row.findings = std::move(planned.findings);
}

// Keys for rows that come one after the other. Of P-256 many at a time cost less (x509/key/p256_keys.h).
class NewKeys {
public:
    x509::PrivateKey next(x509::KeyType type, std::size_t most) {
        std::vector<x509::PrivateKey>& keys = keys_[type];
        if (keys.empty())
            keys = x509::PrivateKey::generate(type, type == x509::KeyType::ec_p256 ? most : 1);
        x509::PrivateKey key = std::move(keys.back());
        keys.pop_back();
        return key;
    }

private:
    std::map<x509::KeyType, std::vector<x509::PrivateKey>> keys_;
};

// The plan and the content take dozens of small pieces of memory. They end here, before the next row makes
// its own and in the thread that made them: what its allocator has no place for costs a twentieth of a row.
void lay_out(const Ca& ca, const BulkClient& client, const x509::CertificateSigner& signer, BulkRow& row,
             const x509::PublicKey& key) {
    row.issuance =
        prepare(ca, *row.plan, key, std::move(row.issuance.record.serial), client.issue_options(row));
    row.body = signer.body_of(row.issuance.content);
    row.issuance.content = {};
    row.plan.reset();
}

} // namespace

void prepare_rows(const Ca& ca, const BulkClient& client, const x509::CertificateSigner& signer,
                  std::span<BulkRow> rows, Time now) {
    NewKeys keys;
    std::size_t left = rows.size();
    for (BulkRow& row : rows) {
        try {
            const BulkWish wish = client.wish(row);
            const x509::PublicKey* sent = wish.request ? &wish.request->key : nullptr;
            plan_row(ca, row, wish, facts_without_inventory(ca, now, sent));
            if (sent == nullptr)
                row.key = keys.next(row.plan->key_type(), left);
            lay_out(ca, client, signer, row, sent != nullptr ? *sent : row.key->public_key());
        } catch (const Error& error) {
            row.error = error;
        }
        --left;
    }
}

void prepare_with_its_key(const Ca& ca, const BulkClient& client, const x509::CertificateSigner& signer,
                          BulkRow& row, Time now) {
    plan_row(ca, row, client.wish(row), facts_without_inventory(ca, now, nullptr));
    lay_out(ca, client, signer, row, row.key->public_key());
}

BulkSummary judge_in_bulk(Ca& ca, const Run& run, BulkClient& client) {
    BulkSummary summary;
    std::vector<BulkRow> rows(1);
    for (; client.read(rows.front()); rows.front() = BulkRow()) {
        BulkRow& row = rows.front();
        try {
            const BulkWish wish = client.wish(row);
            const policy::Facts known = facts(ca, run, wish.request ? &wish.request->key : nullptr);
            plan_row(ca, row, wish, known);
            refuse_taken_name(ca, run, *row.plan);
        } catch (const Error& error) {
            row.error = error;
        }
        ++(row.error ? summary.failed : summary.issued);
        client.deliver(rows);
    }
    return summary;
}

} // namespace mtlsca::authority

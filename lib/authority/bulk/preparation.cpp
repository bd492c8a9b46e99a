#include "authority/bulk/preparation.h"

#include <map>
#include <utility>

namespace mtlsca::authority {
namespace {

Error refusal(const std::string& name, Findings findings) {
    return {Code::refused, name, "refused by policy", {}, std::move(findings)};
}

policy::Planned plan(const Ca& ca, const BulkWish& wish, const x509::Request* request,
                     const policy::Facts& facts) {
    if (request != nullptr)
        return policy::plan_certificate(ca.config(), *wish.profile, *request, wish.options, facts);
    return policy::plan_certificate(ca.config(), *wish.profile, wish.key_type, wish.options, facts);
}

void plan_row(const Ca& ca, BulkRow& row, const BulkWish& wish, const x509::Request* request,
              const policy::Facts& facts) {
    policy::Planned planned = plan(ca, wish, request, facts);
    if (!planned.plan)
        throw refusal(row.name, std::move(planned.findings));
    row.plan = std::move(planned.plan);
    row.findings = std::move(planned.findings);
}

// What rows wish, in their order; one that says nothing that can be read gets an error, and wishes nothing.
class Wishes {
public:
    Wishes(const BulkClient& client, std::span<BulkRow> rows) : wishes_(rows.size()), requests_(rows.size()) {
        std::vector<x509::UnverifiedRequest> sent;
        std::vector<std::size_t> senders;
        for (std::size_t i = 0; i < rows.size(); ++i)
            try {
                wishes_[i] = client.wish(rows[i]);
                if (wishes_[i].request) {
                    sent.push_back(*std::exchange(wishes_[i].request, std::nullopt));
                    senders.push_back(i);
                }
            } catch (const Error& error) {
                rows[i].error = error;
            }
        std::vector<x509::Request> verified = x509::verify_all(std::move(sent));
        for (std::size_t i = 0; i < senders.size(); ++i)
            requests_[senders[i]] = std::move(verified[i]);
    }

    const BulkWish& of(std::size_t row) const { return wishes_[row]; }
    const x509::Request* request_of(std::size_t row) const {
        return requests_[row] ? &*requests_[row] : nullptr;
    }
    void forget(std::size_t row) {
        wishes_[row] = {};
        requests_[row].reset();
    }

private:
    std::vector<BulkWish> wishes_;
    std::vector<std::optional<x509::Request>> requests_;
};

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

void judge_row(Ca& ca, const Run& run, BulkRow& row, const Wishes& wishes) {
    const x509::Request* request = wishes.request_of(0);
    plan_row(ca, row, wishes.of(0), request, facts(ca, run, request != nullptr ? &request->key : nullptr));
    refuse_taken_name(ca, run, *row.plan);
}

} // namespace

void prepare_rows(const Ca& ca, const BulkClient& client, const x509::CertificateSigner& signer,
                  std::span<BulkRow> rows, Time now) {
    NewKeys keys;
    Wishes wishes(client, rows);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        BulkRow& row = rows[i];
        if (row.error)
            continue;
        try {
            const x509::Request* request = wishes.request_of(i);
            const x509::PublicKey* sent = request != nullptr ? &request->key : nullptr;
            plan_row(ca, row, wishes.of(i), request, facts_without_inventory(ca, now, sent));
            if (sent == nullptr)
                row.key = keys.next(row.plan->key_type(), rows.size() - i);
            lay_out(ca, client, signer, row, sent != nullptr ? *sent : row.key->public_key());
        } catch (const Error& error) {
            row.error = error;
        }
        wishes.forget(i);
    }
}

void prepare_with_its_key(const Ca& ca, const BulkClient& client, const x509::CertificateSigner& signer,
                          BulkRow& row, Time now) {
    plan_row(ca, row, client.wish(row), nullptr, facts_without_inventory(ca, now, nullptr));
    lay_out(ca, client, signer, row, row.key->public_key());
}

BulkSummary judge_in_bulk(Ca& ca, const Run& run, BulkClient& client) {
    BulkSummary summary;
    std::vector<BulkRow> rows(1);
    for (; client.read(rows.front()); rows.front() = BulkRow()) {
        BulkRow& row = rows.front();
        try {
            const Wishes wishes(client, rows);
            if (!row.error)
                judge_row(ca, run, row, wishes);
        } catch (const Error& error) {
            row.error = error;
        }
        ++(row.error ? summary.failed : summary.issued);
        client.deliver(rows);
    }
    return summary;
}

} // namespace mtlsca::authority

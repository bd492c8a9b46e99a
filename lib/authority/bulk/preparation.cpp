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

template <class Step>
void unless_refused(BulkRow& row, const Step& step) {
    try {
        step();
    } catch (const Error& error) {
        row.error = error;
    }
}

void make_keys(const Ca& ca, const BulkClient& client, x509::KeyType type,
               const std::vector<BulkRow*>& rows) {
    std::vector<x509::PrivateKey> keys = x509::PrivateKey::generate(type, rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        unless_refused(*rows[i], [&] {
            rows[i]->key = std::move(keys[i]);
            prepare_issuance(ca, client, *rows[i], rows[i]->key->public_key());
        });
}

} // namespace

void prepare_rows(const Ca& ca, const BulkClient& client, std::span<BulkRow> rows, Time now) {
    std::map<x509::KeyType, std::vector<BulkRow*>> keyless;
    for (BulkRow& row : rows)
        unless_refused(row, [&] {
            const BulkWish wish = client.wish(row);
            plan_row(ca, row, wish,
                     facts_without_inventory(ca, now, wish.request ? &wish.request->key : nullptr));
            if (wish.request)
                prepare_issuance(ca, client, row, wish.request->key);
            else
                keyless[row.plan->key_type()].push_back(&row);
        });
    for (const auto& [type, rows_of_type] : keyless)
        make_keys(ca, client, type, rows_of_type);
}

void prepare_issuance(const Ca& ca, const BulkClient& client, BulkRow& row, const x509::PublicKey& key) {
    row.issuance =
        prepare(ca, *row.plan, key, std::move(row.issuance.record.serial), client.issue_options(row));
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

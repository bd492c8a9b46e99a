#include "ca_changing.h"

#include "ocsp_responding.h"

namespace mtlsca::app {
namespace {

Json change_json(const authority::Ca& ca, const authority::CaChange& change) {
    Json certificates = Json::array();
    for (const authority::PlannedCertificate& planned : change.certificates)
        certificates.push_back({{"name", planned.name},
                                {"signer", planned.signer},
                                {"subject", planned.content.subject.to_string()},
                                {"not_before", to_rfc3339(planned.content.not_before)},
                                {"not_after", to_rfc3339(planned.content.not_after)}});
    Json states = Json::array();
    if (change.new_ca)
        states.push_back({{"name", change.new_ca->name}, {"from", nullptr}, {"to", "prepared"}});
    for (const authority::CaStateChange& state : change.states)
        states.push_back(
            {{"name", state.name}, {"from", to_string(state.from)}, {"to", to_string(state.to)}});
    return {{"certificates", std::move(certificates)},
            {"states", std::move(states)},
            {"chain_file", ca.folder().chain().string()}};
}

void print_change(Session& session, const authority::CaChange& change, bool dry_run) {
    session.out.line(dry_run ? "would change the CA" : "changed the CA");
    for (const authority::PlannedCertificate& planned : change.certificates)
        session.out.field("certificate", planned.name + ", " + planned.content.subject.to_string() +
                                             ", signed by " + planned.signer + ", until " +
                                             to_minutes(planned.content.not_after));
    for (const authority::TakenBack& taken : change.taken_back)
        session.out.field("certificate", taken.name + ", the one by " + taken.signer + " again");
    if (change.new_ca)
        session.out.field("state", change.new_ca->name + ": prepared");
    for (const authority::CaStateChange& state : change.states)
        session.out.field("state", state.name + ": " + to_string(state.from) + " → " + to_string(state.to));
}

} // namespace

void CaChanging::add_to(Options& options, const char* dry_run_help) {
    options.add("--on-change", on_change_, "Command that runs after the publication: nginx -s reload")
        .type("CMD");
    add_apply_flag(options, apply_);
    options.flag("--dry-run", dry_run_, dry_run_help);
}

authority::Ca CaChanging::open(Session& session) const {
    return session.open_ca(dry_run_ ? store::Database::Access::read : store::Database::Access::write);
}

authority::CaChange CaChanging::planned(Session& session, authority::Ca& ca, const Plan& plan) const {
    try {
        return plan(ca);
    } catch (const Error& error) {
        const bool is_done = error.code == Code::already || error.code == Code::not_found;
        if (is_done && !dry_run_ && authority::is_publication_due(ca, session.now(), std::nullopt))
            publish(session, ca, /*trust_changed=*/true);
        throw;
    }
}

int CaChanging::change(Session& session, authority::Ca& ca, const Plan& plan, const std::string& next) const {
    const authority::CaChange change = planned(session, ca, plan);
    tell(change.notes);
    if (!dry_run_)
        authority::carry_out(ca, session.run(), change);
    std::optional<Published> published;
    if (!dry_run_) {
        published = publish(session, ca, /*trust_changed=*/true);
        // A CA that is new is asked about as soon as it has signed something, and that may be now.
        for (const Error& error : renew_delegates_in_use(session, ca))
            warn(error.what());
    }
    if (session.json()) {
        Json object = {{"dry_run", dry_run_}};
        object.update(change_json(ca, change));
        object["reloaded"] = published && published->applied.reloaded;
        object["crl"] = published ? publication_json(published->publication) : Json(nullptr);
        session.out.json(object);
    } else {
        print_change(session, change, dry_run_);
        if (published)
            print_published(session, *published);
        if (published && !next.empty())
            session.out.line("next: " + next);
    }
    if (published && !published->publication.failures.empty())
        throw published->publication.failures.front();
    return published ? published->status : 0;
}

Published CaChanging::publish(Session& session, authority::Ca& ca, bool trust_changed) const {
    PublishingOptions options;
    options.if_due = true;
    options.trust_changed = trust_changed;
    options.on_change = on_change_;
    options.apply = apply_;
    return publish_and_tell(session, ca, options);
}

} // namespace mtlsca::app

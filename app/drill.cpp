#include "drill.h"

#include "signing.h"
#include "site_folders.h"

#include "authority/certificate/revocation.h"
#include "encoding/hex.h"
#include "io/process.h"

#include <fmt/format.h>

namespace mtlsca::app {
namespace {

using Outcome = DrillStep::Outcome;
using Steady = std::chrono::steady_clock;

constexpr std::chrono::minutes longest_life{15}; // what a killed drill leaves dies by then on its own
constexpr const char* owner = "mtlsca nginx drill";
const store::Label label{"mtlsca", "nginx-drill"};

// nginx lets its old workers accept for 100 ms beside the new ones (ngx_master_process_cycle): one refusal
// proves nothing, refusals for so long do.
constexpr std::chrono::milliseconds settled{500};
constexpr std::chrono::milliseconds between_visits{50};
// After a reload, for maps of a million certificates too; a path that wants a role says no for so long.
constexpr std::chrono::seconds maps_are_read{10};

std::chrono::milliseconds since(Steady::time_point begin) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - begin);
}

std::string serial_of(const store::Certificate& certificate) {
    return encoding::to_upper_hex(certificate.serial);
}

} // namespace

const char* to_string(DrillStep::Outcome outcome) {
    switch (outcome) {
    case Outcome::passed:
        return "passed";
    case Outcome::failed:
        return "failed";
    }
    return "";
}

Drill::Drill(Session& session, authority::Ca& ca, const DrillOptions& options, Tell tell)
    : session_(session), ca_(ca), options_(options), tell_(std::move(tell)) {}

DrillReport Drill::run() {
    const io::FolderLock only_one(ca_.folder().crl_folder(), options_.lock_timeout);
    PublishingOptions publishing;
    publishing.only_issuing = true;
    // Asks for the passphrase while Ctrl-C still ends the program at once.
    ca_.key(ca_.issuing());
    authority::open_keys_to_publish(ca_, session_.run(), publishing);
    interruption_ = std::make_unique<io::Interruption>();
    if (const auto certificates = left_over(); !certificates.empty()) {
        note(count_of(certificates.size(), "certificate") + " of a drill that did not end: revoked");
        take_back(certificates);
    }
    ca_.forget_passphrase(); // before the server is asked, again and again
    try {
        const bool all_taken = take_steps();
        if (!left_over().empty())
            step("clean_up", [this] {
                clean_up();
                return Measured{Outcome::passed, "no certificate of the drill is live"};
            });
        report_.signal = interruption_->signal();
        report_.passed = all_taken && !report_.signal;
    } catch (const std::exception&) {
        clean_up_after_error();
        throw;
    }
    return report_;
}

void Drill::clean_up() {
    take_back(left_over());
    if (const auto problem = run_reload())
        warn(*problem + "; nginx learns of the last revocation at its next reload");
}

// The error is told by whoever catches it; one more only where certificates stay behind.
void Drill::clean_up_after_error() {
    try {
        if (!left_over().empty())
            clean_up();
    } catch (const Error& error) {
        std::string serials;
        for (const std::string& serial : report_.serials)
            serials += " " + serial;
        warn(error.object + ": " + error.reason);
        warn("certificates of the drill may be live for " + mtlsca::to_string(Duration(longest_life)) +
             ": mtlsca revoke" + serials);
    }
}

bool Drill::take_steps() {
    const bool is_out =
        step("without_certificate", [this] { return refuse_without_certificate(); }) &&
        step("issue", [this] { return issue_clients(); }) && step("gets_in", [this] { return let_in(); }) &&
        step("sessions", [this] { return keep_sessions(); }) && step("revoke", [this] { return revoke(); }) &&
        step("publish", [this] { return publish(); }) && step("reload", [this] { return reload(); }) &&
        step("refused", [this] { return wait_until_refused(); });
    if (!is_out)
        return false;
    bool all_well = true; // each of these is worth knowing, whatever became of the others
    for (const OldSession& old : sessions_) {
        const char* name =
            old.version == x509::TlsVersion::tls_1_2 ? "old_session_tls_1_2" : "old_session_tls_1_3";
        all_well = step(name, [&] { return refuse_old_session(old); }) && all_well;
    }
    return step("others_get_in", [this] { return let_others_in(); }) && all_well;
}

bool Drill::step(const char* name, const std::function<Measured()>& action) {
    const auto begin = Steady::now();
    const bool cleaning = std::string_view(name) == "clean_up";
    if (interruption_->signal() && !cleaning)
        return false;
    const Measured measured = action();
    DrillStep step{measured.outcome, name, measured.detail, since(begin)};
    if (interruption_->signal() && !cleaning && step.outcome == Outcome::failed)
        step.detail = "interrupted";
    report_.steps.push_back(step);
    tell_(report_.steps.back());
    return step.outcome != Outcome::failed;
}

Drill::Visit Drill::go(const Client* client, std::optional<x509::TlsVersion> version,
                       x509::TlsSession resume) const {
    return deploy::nginx::visit(options_.server, options_.url,
                                client == nullptr ? nullptr : &client->identity, version, std::move(resume));
}

Drill::Measured Drill::refuse_without_certificate() {
    const Visit visit = go(nullptr);
    if (visit.verdict == Visit::Verdict::let_in)
        throw Error(Code::refused, options_.url.to_string(),
                    "lets in who has no certificate (" + visit.what + ")",
                    "a drill needs a path that only clients with a certificate reach: name one with --url");
    if (visit.verdict == Visit::Verdict::unclear && interruption_->signal())
        return {Outcome::failed, visit.what};
    if (visit.verdict == Visit::Verdict::unclear)
        throw Error(Code::failed, options_.url.to_string(), visit.what,
                    "check that the server is up; --connect ADDRESS names another address for it");
    return {Outcome::passed, visit.what};
}

policy::Planned Drill::plan(const std::string& name) const {
    const policy::Profile& profile = policy::find_profile(ca_.config(), options_.profile);
    policy::SigningOptions wishes;
    wishes.name = name;
    wishes.ous = options_.ous;
    wishes.owner = owner;
    wishes.labels = {label.key + "=" + label.value};
    wishes.validity = std::min<Duration>(longest_life, profile.longest_validity);
    return policy::plan_certificate(ca_.config(), profile, std::nullopt, wishes,
                                    authority::facts(ca_, session_.run(), nullptr));
}

std::vector<store::Certificate> Drill::left_over() const {
    std::vector<store::Certificate> certificates;
    store::Filter filter;
    filter.labels = {label};
    filter.owner = owner;
    const Time now = session_.now();
    store::for_each(ca_.database(), filter, now, store::Depth::record,
                    [&](const store::Certificate& certificate) {
                        if (certificate.state != store::State::revoked && certificate.not_after > now)
                            certificates.push_back(certificate);
                        return true;
                    });
    return certificates;
}

Drill::Client Drill::issue_client() {
    const authority::Run run = session_.run();
    Bytes random = run.serials.next();
    random.resize(4);
    const std::string name = "drill-" + encoding::to_hex(random);
    policy::Planned planned = plan(name);
    if (planned.plan && subject_)
        planned.findings.clear(); // told with the first one
    const policy::CertificatePlan plan = granted(name, std::move(planned));
    x509::PrivateKey key = x509::PrivateKey::generate(plan.key_type());
    store::Certificate certificate = authority::issue(ca_, run, plan, key.public_key());
    report_.serials.push_back(serial_of(certificate));
    const std::string chain = authority::chain_pem(ca_, certificate);
    return {std::move(certificate), {std::move(key), x509::Certificate::parse_all(as_bytes(chain), name)}};
}

Drill::Measured Drill::issue_clients() {
    subject_ = issue_client();
    other_ = issue_client();
    renew_site_folders(ca_, session_.now());
    return {Outcome::passed, subject_->certificate.name + ", and " + other_->certificate.name +
                                 " for comparison, good until " +
                                 to_minutes(subject_->certificate.not_after)};
}

Drill::Measured Drill::let_in() {
    Visit visit = go(&*subject_);
    bool reloaded = false;
    const auto begin = Steady::now();
    while (visit.status == 403 &&
           since(begin) < std::min<std::chrono::milliseconds>(maps_are_read, options_.timeout)) {
        // Maps that are made from the inventory know a new certificate after a reload.
        if (!reloaded && run_reload())
            break;
        reloaded = true;
        if (interruption_->wait(between_visits))
            break;
        visit = go(&*subject_);
    }
    if (visit.verdict == Visit::Verdict::let_in)
        return {Outcome::passed, visit.what + (reloaded ? ", after a reload" : "")};
    std::string detail = visit.what;
    if (visit.status == 403)
        detail += ": the path may want a role, which --ou grants";
    else if (visit.verdict == Visit::Verdict::refused)
        detail += ": does the server trust chain.pem, and does mtlsca crl check call its bundle good";
    else
        detail += ": proves nothing, whoever asks";
    return {Outcome::failed, detail};
}

Drill::Measured Drill::keep_sessions() {
    std::string detail;
    for (const auto version : {x509::TlsVersion::tls_1_2, x509::TlsVersion::tls_1_3}) {
        const Visit first = go(&*subject_, version);
        if (first.answer.outcome == x509::TlsAnswer::Outcome::not_this_version)
            continue;
        OldSession old{version, first.answer.session};
        const char* what = "no session";
        if (first.verdict == Visit::Verdict::let_in && old.session) {
            const bool resumes = go(&*subject_, version, old.session).answer.resumed;
            what = resumes ? "resumes" : "does not resume";
            sessions_.push_back(std::move(old));
        }
        detail += (detail.empty() ? "" : ", ") + std::string(x509::to_string(version)) + ": " + what;
    }
    return {Outcome::passed, detail};
}

void Drill::take_back(const std::vector<store::Certificate>& certificates) {
    authority::revoke(ca_, session_.run(), certificates,
                      {x509::RevocationReason::cessation_of_operation, session_.now(), std::nullopt});
    PublishingOptions publishing;
    publishing.only_issuing = true;
    publish_and_tell(session_, ca_, publishing);
}

Drill::Measured Drill::revoke() {
    revoked_at_ = Steady::now();
    authority::revoke(ca_, session_.run(), {subject_->certificate},
                      {x509::RevocationReason::cessation_of_operation, session_.now(), std::nullopt});
    return {Outcome::passed, "serial " + serial_of(subject_->certificate)};
}

Drill::Measured Drill::publish() {
    PublishingOptions publishing;
    publishing.only_issuing = true;
    const Published published = publish_and_tell(session_, ca_, publishing);
    if (published.status != 0)
        return {Outcome::failed, "an nginx folder could not be renewed"};
    return {Outcome::passed, published.publication.bundle.string()};
}

std::optional<std::string> Drill::run_reload() {
    if (options_.apply)
        return apply_site_folders(session_, ca_).all_well ? std::nullopt
                                                          : std::optional<std::string>("nginx apply failed");
    const auto status = io::run_command(options_.reload, hook_variables(session_, ca_), options_.timeout,
                                        interruption_->descriptor());
    if (!status)
        return fmt::format("\"{}\" did not end", options_.reload);
    if (*status != 0)
        return fmt::format("\"{}\" ended with {}", options_.reload, *status);
    return std::nullopt;
}

Drill::Measured Drill::reload() {
    if (const auto problem = run_reload())
        return {Outcome::failed, *problem + ": --reload CMD says how this nginx is reloaded"};
    return {Outcome::passed, options_.reload};
}

Drill::Measured Drill::wait_until_refused() {
    const auto begin = Steady::now();
    Visit visit;
    bool is_refused = false;
    Steady::time_point first_refusal{};
    do {
        visit = go(&*subject_);
        const bool was_refused = std::exchange(is_refused, visit.verdict == Visit::Verdict::refused);
        if (is_refused && !was_refused)
            first_refusal = Steady::now();
        if (is_refused && Steady::now() - first_refusal >= settled) {
            report_.out_after =
                std::chrono::duration_cast<std::chrono::milliseconds>(first_refusal - revoked_at_);
            return {Outcome::passed, visit.what};
        }
    } while (!interruption_->wait(between_visits) && (is_refused || since(begin) < options_.timeout));
    if (visit.verdict == Visit::Verdict::let_in)
        return {Outcome::failed,
                visit.what +
                    ": the revoked client still gets in: nginx has no ssl_crl, reads another bundle, or "
                    "--reload reloads another nginx; mtlsca nginx check finds out"};
    return {Outcome::failed, visit.what + ": proves nothing, whoever asks"};
}

Drill::Measured Drill::refuse_old_session(const OldSession& old) {
    const Visit visit = go(&*subject_, old.version, old.session);
    if (visit.verdict == Visit::Verdict::refused)
        return {Outcome::passed, (visit.answer.resumed ? "resumed, " : "not resumed, ") + visit.what};
    if (visit.verdict == Visit::Verdict::let_in)
        return {Outcome::failed, visit.what +
                                     ": the revoked client still gets in on its old session: nginx needs "
                                     "ssl_session_cache none and ssl_session_tickets off"};
    return {Outcome::failed, visit.what + ": proves nothing, whoever asks"};
}

Drill::Measured Drill::let_others_in() {
    const Visit visit = go(&*other_);
    if (visit.verdict == Visit::Verdict::let_in)
        return {Outcome::passed, visit.what};
    return {Outcome::failed,
            visit.what + ": a client that is not revoked is refused too: mtlsca crl check says why"};
}

} // namespace mtlsca::app

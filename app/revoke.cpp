#include "commands.h"
#include "publishing.h"

#include "authority/certificate/revocation.h"
#include "authority/certificate/selector.h"
#include "encoding/hex.h"

#include <algorithm>

namespace mtlsca::app {
namespace {

// What revoke, hold and unhold have in common: certificates, a change, its publication.
class StateChange : public Command {
public:
    void add_options(Options& options) override {
        options.add("ID", ids_, "A serial, cn:NAME, san:VALUE, sha256:HEX, file:PATH or a bare NAME")
            .required();
        add_own_options(options);
        options.flag("--no-crl", no_crl_, "Don't publish now; mtlsca crl --if-due will");
        options.add("--on-change", on_change_, "Command that runs after the publication: nginx -s reload")
            .type("CMD");
        add_apply_flag(options, apply_);
        options.flag("--dry-run", dry_run_, "Say which certificates it would be, and change nothing");
    }

    int run(Session& session) override {
        check_options(session.now());
        if (no_crl_ && apply_)
            throw Error(Code::usage, "--apply", "brings a publication into nginx, and --no-crl makes none");
        authority::Ca ca = session.open_ca(
            dry_run_ ? store::Database::Access::read : store::Database::Access::write, needs_settings());
        if (const auto problem = dry_run_ ? std::nullopt : ca.settings_problem())
            warn_of_settings(*problem);
        const auto certificates = authority::select(ca, ids_, session.now());
        if (const auto refused = find_obstacle(certificates)) {
            // A run that died between revoking and publishing is made good by the next one.
            if (!dry_run_ && !no_crl_ && is_unpublished(ca, certificates))
                publish(session, ca);
            throw Error(*refused);
        }
        // Without them the change could not be published: said before anything is changed.
        if (!dry_run_ && !no_crl_)
            for (const store::Certificate& certificate : certificates)
                ca.key(ca.tier(certificate.issuer));
        if (!dry_run_)
            change(ca, session.run(), certificates);
        tell_what_is_left(ca, certificates, session.now()); // also where the publication fails
        std::optional<Published> published;
        if (!dry_run_ && !no_crl_)
            published = publish(session, ca);
        print(session, certificates, published ? &*published : nullptr);
        return published ? published->status : 0;
    }

protected:
    virtual void add_own_options(Options&) {}
    virtual void check_options(Time) const {}
    // Why the state of this one cannot be changed so.
    virtual std::optional<std::string> obstacle(const store::Certificate& certificate) const = 0;
    virtual void change(authority::Ca& ca, const authority::Run& run,
                        const std::vector<store::Certificate>& certificates) const = 0;
    virtual bool needs_settings() const { return false; } // who locks somebody out does not
    virtual const char* done() const = 0;                 // "revoked"
    virtual const char* would() const = 0;                // "revoke"
    virtual const char* reason() const { return nullptr; }
    virtual void tell_what_is_left(const authority::Ca&, const std::vector<store::Certificate>&, Time) const {
    }

private:
    std::optional<Error> find_obstacle(const std::vector<store::Certificate>& certificates) const {
        std::optional<Error> first;
        for (const store::Certificate& certificate : certificates) {
            const auto why_not = obstacle(certificate);
            if (!why_not)
                continue;
            const std::string object = store::object_of(certificate);
            if (!first)
                first.emplace(Code::already, object, *why_not);
            else
                first->findings.push_back({Severity::error, "already", object, *why_not});
        }
        return first;
    }

    static bool is_unpublished(const authority::Ca& ca, const std::vector<store::Certificate>& certificates) {
        return std::any_of(certificates.begin(), certificates.end(), [&](const store::Certificate& one) {
            return store::has_unpublished_changes(ca.database(), one.issuer);
        });
    }

    Published publish(Session& session, authority::Ca& ca) const {
        PublishingOptions options;
        options.only_issuing = true;
        options.forgets_passphrase = true;
        options.on_change = on_change_;
        options.apply = apply_;
        return publish_and_tell(session, ca, options);
    }

    void print(Session& session, const std::vector<store::Certificate>& certificates,
               const Published* published) const {
        if (session.json()) {
            Json changed = Json::array();
            for (const store::Certificate& certificate : certificates)
                changed.push_back({{"serial", encoding::to_upper_hex(certificate.serial)},
                                   {"name", certificate.name},
                                   {"profile", certificate.profile},
                                   {"reason", reason() != nullptr ? Json(reason()) : Json(nullptr)}});
            session.out.json(
                {{"dry_run", dry_run_},
                 {done(), std::move(changed)},
                 {"reloaded", published != nullptr && published->applied.reloaded},
                 {"crl", published != nullptr ? publication_json(published->publication) : Json(nullptr)}});
            return;
        }
        for (const store::Certificate& certificate : certificates) {
            std::string text = dry_run_ ? std::string("would ") + would() : done();
            text += " " + certificate.name + " (" + certificate.profile + "), serial " +
                    encoding::to_upper_hex(certificate.serial);
            session.out.line(reason() != nullptr ? text + ", " + reason() : text);
        }
        if (no_crl_ && !dry_run_)
            note("not published yet: mtlsca crl --if-due does that");
        if (published == nullptr)
            return;
        print_published(session, *published);
        if (on_change_.empty() && !apply_)
            note("a running nginx reads it at its next reload; --on-change \"nginx -s reload\" does that");
    }

    std::vector<std::string> ids_;
    std::string on_change_;
    bool no_crl_ = false, dry_run_ = false, apply_ = false;
};

std::optional<std::string> not_again(const store::Certificate& certificate, bool also_held) {
    if (certificate.state == store::State::revoked)
        return "is revoked already";
    if (also_held && certificate.state == store::State::held)
        return "is on hold already";
    return std::nullopt;
}

class Revoke : public StateChange {
protected:
    void add_own_options(Options& options) override {
        options
            .add("--reason", reason_text_,
                 "keyCompromise, cACompromise, affiliationChanged, superseded, cessationOfOperation, "
                 "certificateHold, privilegeWithdrawn, aACompromise or unspecified, or its number")
            .type("REASON");
        options.add("--invalidity-date", invalidity_date_,
                    "Since when the key must be taken for compromised");
    }

    void check_options(Time now) const override {
        if (invalidity_date_ && *invalidity_date_ > now)
            throw Error(Code::usage, "--invalidity-date", to_rfc3339(*invalidity_date_) + " is in the future",
                        "say since when the key may have been in other hands");
        if (!parsed_reason())
            throw Error(Code::usage, "--reason",
                        reason_text_ + " is not a reason a certificate can be revoked for",
                        "mtlsca revoke --help lists them");
    }

    std::optional<std::string> obstacle(const store::Certificate& certificate) const override {
        return not_again(certificate, parsed_reason() == x509::RevocationReason::certificate_hold);
    }

    void change(authority::Ca& ca, const authority::Run& run,
                const std::vector<store::Certificate>& certificates) const override {
        authority::revoke(ca, run, certificates, {*parsed_reason(), run.clock.now(), invalidity_date_});
    }

    const char* done() const override { return "revoked"; }
    const char* would() const override { return "revoke"; }
    const char* reason() const override { return x509::to_string(*parsed_reason()); }
    // A renewal keeps the key, so that a thief has more than one certificate.
    void tell_what_is_left(const authority::Ca& ca, const std::vector<store::Certificate>& certificates,
                           Time now) const override {
        if (parsed_reason() != x509::RevocationReason::key_compromise)
            return;
        for (const store::Certificate& other : authority::live_with_same_key(ca, certificates, now)) {
            const std::string serial = encoding::to_upper_hex(other.serial);
            warn(other.name + " (" + other.profile + "), serial " + serial +
                 ", has the same key and is not revoked: mtlsca revoke " + serial +
                 " --reason keyCompromise");
        }
    }

private:
    std::optional<x509::RevocationReason> parsed_reason() const { return x509::parse_reason(reason_text_); }
    std::string reason_text_ = "unspecified";
    std::optional<Time> invalidity_date_;
};

class Hold final : public StateChange {
protected:
    std::optional<std::string> obstacle(const store::Certificate& certificate) const override {
        return not_again(certificate, true);
    }
    void change(authority::Ca& ca, const authority::Run& run,
                const std::vector<store::Certificate>& certificates) const override {
        authority::revoke(ca, run, certificates,
                          {x509::RevocationReason::certificate_hold, run.clock.now(), std::nullopt});
    }
    const char* done() const override { return "held"; }
    const char* would() const override { return "hold"; }
    const char* reason() const override { return x509::to_string(x509::RevocationReason::certificate_hold); }
};

class Unhold final : public StateChange {
protected:
    std::optional<std::string> obstacle(const store::Certificate& certificate) const override {
        return certificate.state == store::State::held ? std::nullopt
                                                       : std::optional<std::string>("is not on hold");
    }
    void change(authority::Ca& ca, const authority::Run& run,
                const std::vector<store::Certificate>& certificates) const override {
        authority::release(ca, run, certificates);
    }
    bool needs_settings() const override { return true; }
    const char* done() const override { return "released"; }
    const char* would() const override { return "release"; }
};

} // namespace

std::unique_ptr<Command> make_revoke() {
    return make_command<Revoke>();
}
std::unique_ptr<Command> make_hold() {
    return make_command<Hold>();
}
std::unique_ptr<Command> make_unhold() {
    return make_command<Unhold>();
}

} // namespace mtlsca::app

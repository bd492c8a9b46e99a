#include "commands.h"
#include "publishing.h"

#include "authority/revocation.h"
#include "authority/selector.h"
#include "encoding/hex.h"

namespace mtlsca::app {
namespace {

// What revoke, hold and unhold have in common: certificates, a change, its publication.
class StateChange : public Command {
public:
    void add_options(CLI::App& app) override {
        app.add_option("ID", ids_, "A serial, cn:NAME, san:VALUE, sha256:HEX, file:PATH or a bare NAME")
            ->required();
        add_own_options(app);
        app.add_flag("--no-crl", no_crl_, "Don't publish now; mtlsca crl --if-due will");
        app.add_option("--on-change", on_change_, "Command that runs after the publication: nginx -s reload")
            ->type_name("CMD");
        app.add_flag("--dry-run", dry_run_, "Say which certificates it would be, and change nothing");
    }

    int run(Session& session) override {
        check_options();
        authority::Ca ca =
            session.open_ca(dry_run_ ? store::Database::Access::read : store::Database::Access::write);
        const auto certificates = authority::select(ca, ids_, session.now());
        if (dry_run_) {
            for (const store::Certificate& certificate : certificates)
                if (const auto why_not = obstacle(certificate))
                    throw Error(Code::already, certificate.name, *why_not);
            print(session, certificates, nullptr);
            return 0;
        }
        try {
            change(ca, session.run(), certificates);
        } catch (const Error& error) {
            // A run that died between revoking and publishing is made good by the next one.
            if (error.code == Code::already && !no_crl_ &&
                store::has_unpublished_changes(ca.database(), ca.issuing().record.id))
                publish(session, ca);
            throw;
        }
        if (no_crl_) {
            print(session, certificates, nullptr);
            return 0;
        }
        const Published published = publish(session, ca);
        print(session, certificates, &published.publication);
        return published.status;
    }

protected:
    virtual void add_own_options(CLI::App&) {}
    virtual void check_options() const {}
    // Why the state of this one cannot be changed so: what the change itself would say, for --dry-run.
    virtual std::optional<std::string> obstacle(const store::Certificate& certificate) const = 0;
    virtual void change(authority::Ca& ca, const authority::Run& run,
                        const std::vector<store::Certificate>& certificates) const = 0;
    virtual const char* done() const = 0; // "revoked"
    virtual const char* reason() const { return nullptr; }

private:
    Published publish(Session& session, authority::Ca& ca) const {
        PublishingOptions options;
        options.only_issuing = true;
        options.on_change = on_change_;
        return publish_and_tell(session, ca, options);
    }

    void print(Session& session, const std::vector<store::Certificate>& certificates,
               const authority::Publication* publication) const {
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
                 {"crl", publication != nullptr ? publication_json(*publication) : Json(nullptr)}});
            return;
        }
        for (const store::Certificate& certificate : certificates) {
            std::string text = dry_run_ ? std::string("would be ") + done() : done();
            text += " " + certificate.name + " (" + certificate.profile + "), serial " +
                    encoding::to_upper_hex(certificate.serial);
            session.out.line(reason() != nullptr ? text + ", " + reason() : text);
        }
        if (publication == nullptr)
            return;
        print_publication(session, *publication);
        if (on_change_.empty())
            note("a running nginx reads it at its next reload; --on-change \"nginx -s reload\" does that");
    }

    std::vector<std::string> ids_;
    std::string on_change_;
    bool no_crl_ = false, dry_run_ = false;
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
    void add_own_options(CLI::App& app) override {
        app.add_option("--reason", reason_text_,
                       "keyCompromise, CACompromise, affiliationChanged, superseded, cessationOfOperation, "
                       "certificateHold, privilegeWithdrawn, AACompromise or unspecified, or its number")
            ->type_name("REASON");
        add_time(app, "--invalidity-date", invalidity_date_,
                 "Since when the key must be taken for compromised");
    }

    void check_options() const override {
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
    const char* reason() const override { return x509::to_string(*parsed_reason()); }

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
    const char* done() const override { return "released"; }
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

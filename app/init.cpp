#include "command.h"

#include "authority/tier/creation.h"
#include "commands.h"
#include "deploy/template.h"
#include "encoding/text.h"

namespace mtlsca::app {
namespace {

class Init final : public Command {
public:
    void add_options(Options& options) override {
        options.add("--name", name_, "What the CA is called: \"Acme\"").required().type("NAME");
        options.add("--subject", subject_, "Subject of the root: \"CN=Acme Root,O=Acme,C=DE\"").type("DN");
        options.add("--key", key_, "Type of the CA's keys (default: ec-p256)");
        options.days("--root-days", root_validity_, "Lifetime of the root (default: 3650)");
        options.days("--issuing-days", issuing_validity_, "Lifetime of the issuing CA (default: 1825)");
        options.flag("--one-tier", one_tier_, "The root signs certificates itself: for small shops");
        options.list("--permit", permit_, "Name constraint: dns:example.com, ip:10.0.0.0/8, email:…, uri:…",
                     "TYPE:VALUE");
        options.list("--exclude", exclude_, "Name constraint: what the CA must not certify", "TYPE:VALUE");
        options.add("--crl-url", crl_url_, "Folder URL of the CRLs").type("URL");
        options.add("--issuer-url", issuer_url_, "Folder URL of the CA certificates").type("URL");
        options.add("--ocsp-url", ocsp_url_, "URL of the OCSP responder").type("URL");
        options.flag("--no-passphrase", no_passphrase_, "Write the CA's keys unencrypted");
        options.flag("--dry-run", dry_run_, "Say what would be made, and make nothing");
    }

    int run(Session& session) override {
        authority::CreationOptions options = creation_options();
        const auto planned = plan(options, session.now());
        authority::refuse_existing_ca(session.home());
        if (dry_run_) {
            print(session, planned);
            return 0;
        }
        if (!no_passphrase_)
            options.passphrase = new_passphrase(session);
        authority::create_ca(session.home(), options, session.run());
        print(session, planned);
        if (!session.json())
            print_next_steps(session);
        return 0;
    }

private:
    authority::CreationOptions creation_options() const {
        authority::CreationOptions options;
        options.name = name_;
        if (!subject_.empty())
            options.subject = x509::Name::parse(subject_);
        options.key = key_.value_or(x509::KeyType::ec_p256);
        options.root_validity = root_validity_.value_or(std::chrono::days(3650));
        // One tier issues itself, so that only its own lifetime counts.
        const Duration issuing =
            issuing_validity_.value_or(std::min<Duration>(std::chrono::days(1825), options.root_validity));
        options.issuing_validity = one_tier_ ? options.root_validity : issuing;
        options.one_tier = one_tier_;
        for (const std::string& text : permit_)
            options.constraints.permitted.push_back(x509::parse_subtree(text));
        for (const std::string& text : exclude_)
            options.constraints.excluded.push_back(x509::parse_subtree(text));
        options.settings = deploy::render("mtlsca.toml", {{"name", deploy::toml_string(name_)},
                                                          {"crl_url", deploy::toml_string(crl_url_)},
                                                          {"issuer_url", deploy::toml_string(issuer_url_)},
                                                          {"ocsp_url", deploy::toml_string(ocsp_url_)}});
        return options;
    }

    // What is wrong with the settings is wrong with the options that they were made from.
    static std::vector<authority::PlannedTier> plan(const authority::CreationOptions& options, Time now) {
        try {
            return authority::plan_ca(options, now);
        } catch (Error& error) {
            for (Finding& finding : error.findings)
                for (const auto& [key, option] : {std::pair{"ca.crl_url", "--crl-url"},
                                                  {"ca.issuer_url", "--issuer-url"},
                                                  {"ca.ocsp_url", "--ocsp-url"},
                                                  {"ca.name", "--name"}})
                    if (finding.subject == key)
                        finding.subject = option;
            if (!error.hint.empty())
                error.hint = "mtlsca init --help"; // there is no mtlsca.toml to look into yet
            throw;
        }
    }

    static Secret new_passphrase(Session& session) {
        Secret passphrase = session.ca_passphrase(/*confirm=*/true);
        if (passphrase.empty())
            throw Error(Code::secret, "the passphrase of the CA's keys", "is empty",
                        "choose one, or say --no-passphrase");
        return passphrase;
    }

    void print(Session& session, const std::vector<authority::PlannedTier>& tiers) const {
        const authority::CaFolder folder{session.home()};
        Json array = Json::array();
        for (const authority::PlannedTier& tier : tiers)
            array.push_back({{"name", tier.name},
                             {"subject", tier.content.subject.to_string()},
                             {"not_before", to_rfc3339(tier.content.not_before)},
                             {"not_after", to_rfc3339(tier.content.not_after)},
                             {"certificate_file", folder.certificate(tier.name).string()},
                             {"key_file", folder.key(tier.name).string()}});
        if (session.json()) {
            session.out.json({{"home", session.home().string()},
                              {"dry_run", dry_run_},
                              {"cas", std::move(array)},
                              {"chain_file", folder.chain().string()},
                              {"bundle_file", folder.bundle().string()}});
            return;
        }
        session.out.line(dry_run_ ? "would make a CA in " + session.home().string()
                                  : "made a CA in " + session.home().string());
        for (const authority::PlannedTier& tier : tiers)
            session.out.field(tier.name, tier.content.subject.to_string() + ", until " +
                                             to_minutes(tier.content.not_after));
        session.out.field("trust file", folder.chain().string() + "    for nginx: ssl_client_certificate");
        session.out.field("CRL bundle", folder.bundle().string() + "    for nginx: ssl_crl");
        session.out.field("settings", folder.settings().string());
    }

    void print_next_steps(Session& session) const {
        const std::string home =
            session.home() == "ca" ? "" : " --home " + encoding::shell_word(session.home());
        session.out.line();
        session.out.line("next: mtlsca" + home + " issue server.example.com --profile server");
        session.out.line("      mtlsca" + home + " issue alice --ou Client");
    }

    std::string name_, subject_, crl_url_, issuer_url_, ocsp_url_;
    std::optional<x509::KeyType> key_;
    std::optional<Duration> root_validity_, issuing_validity_;
    std::vector<std::string> permit_, exclude_;
    bool one_tier_ = false, no_passphrase_ = false, dry_run_ = false;
};

} // namespace

std::unique_ptr<Command> make_init() {
    return make_command<Init>();
}

} // namespace mtlsca::app

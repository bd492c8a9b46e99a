#include "commands.h"
#include "deploying.h"
#include "signing.h"
#include "site_folders.h"

#include "authority/certificate/deployment.h"
#include "authority/certificate/issuance.h"
#include "x509/pkcs12.h"

namespace mtlsca::app {
namespace {

class Issue final : public Command {
public:
    void add_options(Options& options) override {
        options.add("NAME", name_, "Becomes the CN, and for a server a DNS or IP name").required();
        signing_.add_to(options);
        options.add("--key", key_type_, "Type of the new key (default: the profile's first)");
        options
            .add("--key-pass", key_pass_,
                 "Encrypt the key with a passphrase from SRC (default: $MTLSCA_KEY_PASS, else unencrypted)")
            .type("SRC");
        options.add("--out", out_, "Folder for NAME.key and NAME.crt (default: here)").type("DIR");
        options.flag("--p12", p12_, "NAME.p12 as well, for browsers and devices");
        options.add("--p12-pass", p12_pass_, "Passphrase of the PKCS#12 file (default: $MTLSCA_P12_PASS)")
            .type("SRC");
        options.flag("--force", force_, "Overwrite an existing key");
    }

    int run(Session& session) override {
        authority::Ca ca = session.open_ca(signing_.database_access());
        const authority::Run run = session.run();
        policy::SigningOptions options = signing_.options();
        options.name = name_;
        policy::Planned planned = policy::plan_certificate(ca.config(), signing_.profile(ca), key_type_,
                                                           options, authority::facts(ca, run, nullptr));
        authority::doubt_name(ca, run, planned);
        if (planned.plan) {
            refuse_bad_target();
            authority::refuse_taken_name(ca, run, *planned.plan);
        }
        if (signing_.dry_run())
            return print_dry_run(session, planned);
        const policy::CertificatePlan plan = granted(name_, std::move(planned));
        const std::optional<Secret> key_passphrase = session.key_passphrase(key_pass_, /*confirm=*/true);
        const std::optional<Secret> p12_passphrase =
            p12_ ? std::optional(session.p12_passphrase(p12_pass_)) : std::nullopt;

        const auto key = x509::PrivateKey::generate(plan.key_type());
        const store::Certificate certificate =
            authority::issue(ca, run, plan, key.public_key(), deliveries(ca, plan));
        ca.forget_passphrase(); // before commands are told, which may take long
        try {
            write(ca, certificate, key, key_passphrase, p12_passphrase);
        } catch (const Error& error) {
            throw_undelivered(error, certificate, key_is_written_ ? KeyFate::written : KeyFate::lost);
        }
        renew_site_folders_after_issue(ca, session.now());
        try {
            print(session, certificate);
            session.out.flush();
        } catch (const Error& error) {
            throw_undelivered(error, certificate, KeyFate::written);
        }
        return static_cast<int>(deploy_now(session, ca, {certificate}) ? Code::done : Code::failed);
    }

private:
    int print_dry_run(Session& session, const policy::Planned& planned) const {
        if (!session.json())
            return print_plan(session, name_, planned);
        session.out.json(plan_json(name_, planned));
        return static_cast<int>(planned.plan ? Code::done : Code::refused);
    }

    authority::IssueOptions deliveries(const authority::Ca& ca, const policy::CertificatePlan& plan) const {
        authority::IssueOptions options;
        options.deliveries = authority::deploy_deliveries(ca.config(), plan.profile(), plan.deployments());
        options.certificate_file = std::filesystem::absolute(file(".crt"));
        options.key_file = std::filesystem::absolute(file(".key"));
        return options;
    }

    io::Path file(const char* extension) const { return file_of(out_, name_, extension); }

    // What is certain to fail is said before anything is signed. A folder that we may not look into is told
    // when it is written to.
    void refuse_bad_target() const {
        using Type = std::filesystem::file_type;
        const auto type_of = [](const io::Path& path) {
            std::error_code unknown;
            return std::filesystem::symlink_status(path, unknown).type();
        };
        const auto is_there = [&](const io::Path& path) {
            return type_of(path) != Type::not_found && type_of(path) != Type::none;
        };
        if (type_of(out_) == Type::regular)
            throw Error(Code::failed, out_, "is not a folder", "name a folder with --out");
        if (type_of(file(".key")) == Type::symlink)
            throw Error(Code::failed, file(".key"), "is a link, and keys are not written through links",
                        "remove it, or write elsewhere with --out");
        for (const char* extension : {".key", ".p12"})
            if (!force_ && is_there(file(extension)) && (p12_ || std::string_view(extension) == ".key"))
                throw Error(Code::already, file(extension), "is there already",
                            "write elsewhere with --out, or overwrite it with --force");
    }

    void write(const authority::Ca& ca, const store::Certificate& certificate, const x509::PrivateKey& key,
               const std::optional<Secret>& key_passphrase, const std::optional<Secret>& p12_passphrase) {
        io::make_folder(out_, 0700);
        const Secret pem = key_passphrase ? key.to_pem(*key_passphrase) : key.to_pem();
        if (force_)
            io::write_file(file(".key"), pem.view(), io::Mode::private_file, io::FolderSync::later);
        else
            io::write_new_file(file(".key"), as_bytes(pem.view()), io::Mode::private_file,
                               io::FolderSync::later); // with the certificate, which comes at once
        key_is_written_ = true;
        io::write_file(file(".crt"), authority::chain_pem(ca, certificate), io::Mode::public_file);
        if (!p12_passphrase)
            return;
        const auto leaf = x509::Certificate::from_der(certificate.der, certificate.name);
        const Secret p12 = x509::make_pkcs12(key, leaf, ca.certificates(certificate.issuer), certificate.name,
                                             *p12_passphrase, x509::Pkcs12Target::modern);
        io::write_file(file(".p12"), p12.view(), io::Mode::private_file);
    }

    void print(Session& session, const store::Certificate& certificate) const {
        if (!session.json()) {
            print_issued(session, certificate, file(".crt"), file(".key"));
            if (p12_)
                session.out.field("PKCS#12", file(".p12").string());
            return;
        }
        Json object = issued_json(certificate, file(".crt"), file(".key"));
        if (p12_)
            object["p12_file"] = file(".p12").string();
        session.out.json(object);
    }

    SigningFlags signing_;
    std::string name_, key_pass_, p12_pass_;
    io::Path out_ = ".";
    std::optional<x509::KeyType> key_type_;
    bool p12_ = false, force_ = false, key_is_written_ = false;
};

} // namespace

std::unique_ptr<Command> make_issue() {
    return make_command<Issue>();
}

} // namespace mtlsca::app

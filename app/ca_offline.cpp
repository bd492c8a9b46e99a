#include "ca_changing.h"
#include "commands.h"

#include "authority/tier/offline.h"
#include "authority/tier/rollover.h"
#include "encoding/hex.h"
#include "encoding/pem.h"

namespace mtlsca::app {
namespace {

constexpr std::size_t file_max_bytes = 64UL * 1024; // of an RSA-4096 certificate with constraints it is a tenth

class CaRequest final : public Command {
public:
    void add_options(Options& options) override {
        options.add("NAME", name_,
                    "issuing, or the next one that is to be made: issuing-2 (default: the CA that issues)");
        options.add("--out", out_, "File of the request (default: standard output)").type("FILE");
        options.add("--subject", subject_, "Of a new CA (default: the old one's and a number)").type("DN");
        options.add("--key", options_.key, "Type of a new CA's key (default: the old one's)");
    }

    int run(Session& session) override {
        if (!subject_.empty())
            options_.subject = x509::Name::parse(subject_);
        authority::Ca ca = session.open_ca(store::Database::Access::write);
        const std::string name = name_.empty() ? ca.issuing().name() : name_;
        const Bytes der = authority::request_ca_certificate(ca, session.run(), name, options_);
        const std::string pem = encoding::to_pem("CERTIFICATE REQUEST", der);
        if (!out_.empty())
            io::write_file(out_, pem, io::Mode::public_file);
        const std::string subject = x509::Request::parse(der, name).subject.to_string();
        if (session.json())
            session.out.json({{"name", name},
                              {"subject", subject},
                              {"request_file", out_.empty() ? Json(nullptr) : Json(out_.string())},
                              {"request", pem}});
        else if (out_.empty())
            session.out.raw(pem);
        else
            print(session, name, subject);
        return 0;
    }

private:
    void print(Session& session, const std::string& name, const std::string& subject) const {
        session.out.line("wrote " + out_.string());
        session.out.field("for", name + ", " + subject);
        session.out.line("next: mtlsca ca sign where the root's key is, then mtlsca ca install here");
    }

    std::string name_, subject_;
    io::Path out_;
    authority::CaRequestOptions options_;
};

class CaSign final : public Command {
public:
    void add_options(Options& options) override {
        options.add("REQUEST", request_, "As mtlsca ca request made it").required();
        options.add("--out", out_, "File of the certificate").required().type("FILE");
        options.days("--days", validity_, "Lifetime from now on (default: as the CA before it)");
        options.flag("--dry-run", dry_run_, "Say what would be signed, and change nothing");
    }

    int run(Session& session) override {
        authority::Ca ca =
            session.open_ca(dry_run_ ? store::Database::Access::read : store::Database::Access::write);
        const x509::Request request = x509::Request::parse(io::read_file(request_, file_max_bytes), request_);
        const authority::PlannedSignature planned =
            authority::plan_ca_signature(ca, session.now(), request, request_, validity_);
        tell(planned.notes);
        if (!dry_run_) {
            const Bytes der = authority::sign_ca_request(ca, session.run(), request, planned);
            io::write_file(out_, encoding::to_pem("CERTIFICATE", der), io::Mode::public_file);
        }
        print(session, planned);
        return 0;
    }

private:
    void print(Session& session, const authority::PlannedSignature& planned) const {
        const x509::CertificateContent& content = planned.content;
        if (session.json()) {
            session.out.json({{"dry_run", dry_run_},
                              {"name", planned.name},
                              {"new", planned.is_new},
                              {"signer", planned.signer},
                              {"subject", content.subject.to_string()},
                              {"not_before", to_rfc3339(content.not_before)},
                              {"not_after", to_rfc3339(content.not_after)},
                              {"certificate_file", dry_run_ ? Json(nullptr) : Json(out_.string())}});
            return;
        }
        session.out.line(dry_run_ ? "would sign " + request_ : "signed " + out_.string());
        session.out.field("for", planned.name + (planned.is_new ? ", a new CA" : ", a renewal"));
        session.out.field("subject", content.subject.to_string());
        session.out.field("signed by", planned.signer);
        session.out.field("valid until", to_minutes(content.not_after));
        for (const x509::Subtree& subtree : content.name_constraints.permitted)
            session.out.field("permits", x509::to_string(subtree));
        for (const x509::Subtree& subtree : content.name_constraints.excluded)
            session.out.field("excludes", x509::to_string(subtree));
        if (!dry_run_)
            session.out.line("next: carry " + out_.filename().string() +
                             " back, and mtlsca ca install it there");
    }

    std::string request_;
    io::Path out_;
    std::optional<Duration> validity_;
    bool dry_run_ = false;
};

class CaInstall final : public Command {
public:
    void add_options(Options& options) override {
        options.add("CERT", file_, "As mtlsca ca sign made it; of a root that was renewed elsewhere, too")
            .required();
        changing_.add_to(options);
    }

    int run(Session& session) override {
        authority::Ca ca = changing_.open(session);
        const auto certificate = x509::Certificate::parse(io::read_file(file_, file_max_bytes), file_);
        const authority::Installation planned = plan(session, ca, certificate);
        std::optional<Published> published;
        if (!changing_.dry_run()) {
            authority::install_ca_certificate(ca, session.run(), certificate);
            published = changing_.publish(session, ca, /*trust_changed=*/true);
        }
        print(session, certificate, planned, published);
        if (published && !published->publication.failures.empty())
            throw published->publication.failures.front();
        return published ? published->status : 0;
    }

private:
    // A run that died after the installation published nothing.
    authority::Installation plan(Session& session, authority::Ca& ca,
                                 const x509::Certificate& certificate) const {
        try {
            return authority::plan_installation(ca, session.now(), certificate);
        } catch (const Error& error) {
            if (error.code == Code::already && !changing_.dry_run() &&
                authority::is_publication_due(ca, session.now(), std::nullopt))
                changing_.publish(session, ca, /*trust_changed=*/true);
            throw;
        }
    }

    void print(Session& session, const x509::Certificate& certificate, const authority::Installation& planned,
               const std::optional<Published>& published) const {
        if (session.json()) {
            session.out.json({{"dry_run", changing_.dry_run()},
                              {"name", planned.name},
                              {"new", planned.is_new},
                              {"serial", encoding::to_upper_hex(certificate.serial())},
                              {"not_after", to_rfc3339(certificate.not_after())},
                              {"reloaded", published && published->applied.reloaded},
                              {"crl", published ? publication_json(published->publication) : Json(nullptr)}});
            return;
        }
        session.out.line(std::string(changing_.dry_run() ? "would install " : "installed ") + planned.name +
                         (planned.is_new ? ", prepared" : ", renewed"));
        session.out.field("subject", certificate.subject().to_string());
        session.out.field("valid until", to_minutes(certificate.not_after()));
        if (published)
            print_published(session, *published);
        if (published && planned.is_new)
            session.out.line(
                "next: let every relying party read the trust file and the bundle, then mtlsca ca "
                "rollover activate");
    }

    std::string file_;
    CaChanging changing_;
};

} // namespace

std::unique_ptr<Command> make_ca_request() {
    return make_command<CaRequest>();
}
std::unique_ptr<Command> make_ca_sign() {
    return make_command<CaSign>();
}
std::unique_ptr<Command> make_ca_install() {
    return make_command<CaInstall>();
}

} // namespace mtlsca::app

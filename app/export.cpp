#include "commands.h"
#include "export_kubernetes.h"
#include "json_line.h"

#include "authority/certificate/issuance.h"
#include "authority/certificate/selector.h"
#include "encoding/base64.h"
#include "encoding/hex.h"
#include "x509/pkcs12.h"

#include <unistd.h>

namespace mtlsca::app {
namespace {

class Export final : public Command {
public:
    void add_options(Options& options) override {
        options.add("ID", id_, "A serial, cn:NAME, san:VALUE, sha256:HEX, file:PATH or a bare NAME");
        options
            .add("--as", as_,
                 "p12 (with its key), pem (the certificate and the CAs below the root), chain (the "
                 "CAs, root last), der "
                 "(the certificate), p7b (certificate and CAs), k8s (a Secret of Kubernetes, with its "
                 "key)")
            .required()
            .type("FORM")
            .one_of({"p12", "pem", "chain", "der", "p7b", "k8s"});
        options.add("--key", key_, "The certificate's key, for p12 and k8s").type("FILE");
        options.add("--key-pass", key_pass_, "Passphrase of that key (default: $MTLSCA_KEY_PASS)")
            .type("SRC");
        options.add("--p12-pass", p12_pass_, "Passphrase of the PKCS#12 file (default: $MTLSCA_P12_PASS)")
            .type("SRC");
        options
            .add("--for", for_,
                 "Who reads the PKCS#12: modern, macos, ios, android, windows or java8 (default: modern)")
            .type("TARGET")
            .one_of({"modern", "macos", "ios", "android", "windows", "java8"});
        options
            .add("--name", friendly_name_, "Friendly name in the PKCS#12 (default: the certificate's name)")
            .type("NAME");
        options.add("--out", out_, "File to write (default: standard output)").type("FILE");
        options.flag("--force", force_, "Overwrite an existing file that holds a key");
        kubernetes_.add_to(options);
    }

    int run(Session& session) override {
        const bool is_of_ca = as_ == "k8s" && kubernetes_.is_of_ca();
        refuse_bad_usage(is_of_ca);
        authority::Ca ca = session.open_ca(store::Database::Access::read);
        if (is_of_ca) {
            deliver(session, nullptr, kubernetes_.of_ca(ca).view(), io::Mode::public_file);
            return 0;
        }
        const store::Certificate certificate = authority::select(ca, id_, session.now());
        if (certificate.der.empty())
            throw Error(Code::not_found, certificate.name, "was never signed: a run died before that",
                        "mtlsca revoke " + encoding::to_upper_hex(certificate.serial) +
                            ", and issue it again");
        if (has_key())
            refuse_existing();
        if (as_ == "p12")
            export_p12(session, ca, certificate);
        else if (as_ == "k8s")
            deliver(session, &certificate,
                    kubernetes_.of_certificate(ca, certificate, open_key(session, certificate)).view(),
                    io::Mode::private_file);
        else
            deliver(session, &certificate, as_text(content(ca, certificate)), io::Mode::public_file);
        return 0;
    }

private:
    bool has_key() const { return as_ == "p12" || as_ == "k8s"; }

    void refuse_bad_usage(bool is_of_ca) const {
        if (is_of_ca != id_.empty())
            throw Error(Code::usage, "export",
                        is_of_ca ? "ID is not taken: ingress-ca holds what is the CA's own"
                                 : "ID is required",
                        "mtlsca export --help");
        if (has_key() && !is_of_ca && key_.empty())
            throw Error(Code::secret, "--as " + as_,
                        "needs the certificate's key, which the CA does not keep", "--key FILE");
        if ((!has_key() || is_of_ca) && !key_.empty())
            throw Error(Code::usage, "--as " + as_, "takes no --key");
        if (as_ != "p12" && (!p12_pass_.empty() || !for_.empty()))
            throw Error(Code::usage, "--as " + as_, "takes no --p12-pass or --for");
        if (as_ != "k8s" && kubernetes_.is_said())
            throw Error(Code::usage, "--as " + as_, "takes none of the options for Kubernetes",
                        "--as k8s, or leave them out");
        kubernetes_.refuse_bad_usage();
    }

    void refuse_existing() const {
        if (!out_.empty() && !force_ && io::exists(out_))
            throw Error(Code::already, out_, "is there already",
                        "write elsewhere, or overwrite it with --force");
    }

    x509::PrivateKey open_key(Session& session, const store::Certificate& certificate) const {
        auto key = x509::PrivateKey::open(key_.string(), [&] { return unlock(session); });
        const auto leaf = x509::Certificate::from_der(certificate.der, certificate.name);
        if (key.public_key().spki() != leaf.public_key().spki())
            throw Error(Code::secret, key_, "is not the key of " + certificate.name,
                        "name the key that was made with it");
        return key;
    }

    Bytes content(const authority::Ca& ca, const store::Certificate& certificate) const {
        if (as_ == "der")
            return certificate.der;
        if (as_ == "p7b") {
            auto certificates = ca.certificates(certificate.issuer);
            certificates.insert(certificates.begin(),
                                x509::Certificate::from_der(certificate.der, certificate.name));
            return x509::make_pkcs7(certificates);
        }
        std::string text;
        if (as_ == "pem")
            text = authority::chain_pem(ca, certificate);
        else
            for (const x509::Certificate& issuer : ca.certificates(certificate.issuer))
                text += issuer.to_pem();
        const ByteView bytes = as_bytes(text);
        return {bytes.begin(), bytes.end()};
    }

    void export_p12(Session& session, const authority::Ca& ca, const store::Certificate& certificate) const {
        if (out_.empty() && !session.json() && isatty(STDOUT_FILENO) != 0)
            throw Error(Code::usage, "--as p12", "is binary, and standard output is a terminal",
                        "--out FILE");
        const x509::PrivateKey key = open_key(session, certificate);
        const auto leaf = x509::Certificate::from_der(certificate.der, certificate.name);
        const Secret passphrase = session.p12_passphrase(p12_pass_);
        const auto target = x509::parse_pkcs12_target(for_).value_or(x509::Pkcs12Target::modern);
        const std::string& name = friendly_name_.empty() ? certificate.name : friendly_name_;
        const Secret p12 =
            x509::make_pkcs12(key, leaf, ca.certificates(certificate.issuer), name, passphrase, target);
        deliver(session, &certificate, p12.view(), io::Mode::private_file);
    }

    Secret unlock(Session& session) const {
        auto passphrase = session.key_passphrase(key_pass_);
        if (!passphrase)
            throw Error(Code::secret, key_, "is encrypted",
                        "say where its passphrase comes from: --key-pass SRC");
        return std::move(*passphrase);
    }

    // Without a file the content itself: text as it is, anything else in base64.
    Secret description(const store::Certificate* certificate, std::string_view bytes) const {
        const bool is_pem = as_ == "pem" || as_ == "chain";
        Json object = Json::object();
        if (certificate != nullptr)
            object = {{"serial", encoding::to_upper_hex(certificate->serial)}, {"name", certificate->name}};
        object["as"] = as_;
        object["file"] = out_.empty() ? Json(nullptr) : Json(out_.string());
        const std::string text = object.dump(2, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
        if (!out_.empty())
            return join_secret({text, "\n"});
        const bool is_text = is_pem || as_ == "k8s";
        // Not by way of the library: it wipes no copy, and there is a key in the content.
        const Secret content =
            secret_json_string(is_text ? bytes : encoding::to_base64(Secret(bytes)).view());
        const char* name = is_pem ? "pem" : is_text ? "yaml" : "base64";
        const std::string_view members = std::string_view(text).substr(0, text.size() - 2);
        return join_secret({members, ",\n  \"", name, "\": ", content.view(), "\n}\n"});
    }

    // Without a certificate: of the CA itself.
    void deliver(Session& session, const store::Certificate* certificate, std::string_view bytes,
                 io::Mode mode) const {
        if (!out_.empty())
            io::write_file(out_, bytes, mode);
        if (session.json())
            session.out.secret(description(certificate, bytes).view());
        else if (out_.empty())
            session.out.secret(bytes);
        else
            session.out.line("wrote " + out_.string());
    }

    std::string id_, as_, key_pass_, p12_pass_, for_, friendly_name_;
    io::Path key_, out_;
    bool force_ = false;
    KubernetesExport kubernetes_;
};

} // namespace

std::unique_ptr<Command> make_export() {
    return make_command<Export>();
}

} // namespace mtlsca::app

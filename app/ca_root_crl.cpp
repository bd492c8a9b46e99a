#include "ca_changing.h"
#include "commands.h"

#include "authority/crl/root_crl.h"
#include "encoding/base64.h"
#include "encoding/hex.h"
#include "encoding/pem.h"

namespace mtlsca::app {
namespace {

constexpr std::size_t file_max_bytes = 1 << 20; // thousands of revoked CAs
constexpr const char* crl_label = "X509 CRL";
constexpr const char* format_name = "mtlsca root CRL request 1";

Json to_json(const authority::RootCrlRequest& request) {
    Json entries = Json::array();
    for (const x509::CrlEntry& entry : request.entries)
        entries.push_back(
            {{"serial", encoding::to_upper_hex(entry.serial)},
             {"revoked_at", to_rfc3339(entry.revoked_at)},
             {"reason", x509::to_string(entry.reason)},
             {"invalidity_date",
              entry.invalidity_date ? Json(to_rfc3339(*entry.invalidity_date)) : Json(nullptr)}});
    Json json{{"format", format_name},      {"issuer", request.issuer},
              {"subject", request.subject}, {"key_sha256", request.key},
              {"number", request.number},   {"next_update", to_rfc3339(request.next_update)},
              {"why", request.reason},      {"revoked", std::move(entries)}};
    if (!request.responder_key.empty())
        json["ocsp_responder_key"] = encoding::to_base64(request.responder_key);
    return json;
}

// A request that somebody carried: every member must be what to_json() writes.
class RequestReader {
public:
    RequestReader(const Json& json, const std::string& file) : json_(json), file_(file) {}

    authority::RootCrlRequest read() const {
        if (text(json_, "format") != format_name)
            refuse("format");
        authority::RootCrlRequest request;
        request.issuer = text(json_, "issuer");
        request.subject = text(json_, "subject");
        request.key = text(json_, "key_sha256");
        if (!json_.contains("number") || !json_["number"].is_number_unsigned())
            refuse("number");
        request.number = json_["number"].get<std::uint64_t>();
        request.next_update = *time(json_, "next_update");
        request.reason = text(json_, "why");
        if (!json_.contains("revoked") || !json_["revoked"].is_array())
            refuse("revoked");
        for (const Json& entry : json_["revoked"])
            request.entries.push_back(read_entry(entry));
        if (json_.contains("ocsp_responder_key")) {
            const auto key = encoding::from_base64(text(json_, "ocsp_responder_key"));
            if (!key || key->empty())
                refuse("ocsp_responder_key");
            request.responder_key = *key;
        }
        return request;
    }

private:
    [[noreturn]] void refuse(const char* member) const {
        throw Error(Code::refused, file_,
                    std::string("is no request of a root's CRL: \"") + member + "\" is not right",
                    "mtlsca ca root-crl request makes one");
    }

    std::string text(const Json& object, const char* member) const {
        if (!object.is_object() || !object.contains(member) || !object[member].is_string())
            refuse(member);
        return object[member].get<std::string>();
    }

    std::optional<Time> time(const Json& object, const char* member) const {
        const auto parsed = parse_time(text(object, member));
        if (!parsed)
            refuse(member);
        return parsed;
    }

    x509::CrlEntry read_entry(const Json& json) const {
        x509::CrlEntry entry;
        const auto serial = encoding::from_hex(text(json, "serial"));
        const auto reason = x509::parse_reason(text(json, "reason"));
        if (!serial || serial->empty())
            refuse("serial");
        if (!reason)
            refuse("reason");
        entry.serial = *serial;
        entry.reason = *reason;
        entry.revoked_at = *time(json, "revoked_at");
        if (json.contains("invalidity_date") && !json["invalidity_date"].is_null())
            entry.invalidity_date = time(json, "invalidity_date");
        return entry;
    }

    const Json& json_;
    const std::string& file_;
};

class CaRootCrl final : public Command {
public:
    void add_options(Options& options) override {
        options.add("ACTION", action_, "request, sign or install")
            .required()
            .one_of({"request", "sign", "install"});
        options.add("FILE", file_, "sign: the request; install: the CRL, in PEM or DER");
        options
            .add("--out", out_, "request: file of the request (default: standard output); sign: of the CRL")
            .type("FILE");
        options.add("--root", root_, "request: which root (default: the active one)").type("NAME");
        options.add("--next-update", next_update_,
                    "request: how long the CRL is good for (default: settings)");
        changing_.add_to(options, "sign, install: say what would be done, and change nothing");
    }

    int run(Session& session) override {
        refuse_bad_usage();
        authority::Ca ca = changing_.open(session);
        if (action_ == "request")
            return request(session, ca);
        return action_ == "sign" ? sign(session, ca) : install(session, ca);
    }

private:
    void refuse_bad_usage() const {
        const bool is_request = action_ == "request";
        if (is_request != file_.empty())
            throw Error(Code::usage, "ca root-crl " + action_,
                        is_request ? "takes no FILE" : "FILE is required", "mtlsca ca root-crl --help");
        if (!is_request && (!root_.empty() || next_update_))
            throw Error(Code::usage, "ca root-crl " + action_, "takes no --root and no --next-update");
        if (action_ == "sign" && out_.empty())
            throw Error(Code::usage, "ca root-crl sign", "--out is required",
                        "--out FILE says where the CRL is written");
        if (action_ == "install" && !out_.empty())
            throw Error(Code::usage, "ca root-crl install", "takes no --out");
        if (is_request && changing_.dry_run())
            throw Error(Code::usage, "ca root-crl request",
                        "takes no --dry-run: mtlsca crl check says what is due");
    }

    int request(Session& session, authority::Ca& ca) const {
        const std::string name = root_.empty() ? ca.root().name() : root_;
        const Json json = to_json(authority::request_root_crl(ca, session.run(), name, next_update_));
        if (out_.empty()) {
            session.out.json(json);
            return 0;
        }
        io::write_file(out_, json.dump(2, ' ', true) + "\n", io::Mode::public_file);
        if (session.json())
            session.out.json(json);
        else
            session.out.line("wrote " + out_.string() +
                             "; next: mtlsca ca root-crl sign where the root's key is, then install here");
        return 0;
    }

    int sign(Session& session, authority::Ca& ca) const {
        const Bytes content = io::read_file(file_, file_max_bytes);
        const Json json = Json::parse(as_text(content), nullptr, /*allow_exceptions=*/false);
        const authority::RootCrlRequest request = RequestReader(json, file_).read();
        authority::judge_root_crl_request(ca, session.run(), request);
        if (!changing_.dry_run()) {
            const auto responder = authority::sign_root_crl(ca, session.run(), request);
            const io::MappedFile crl(ca.folder().crl(request.issuer));
            // DER, as ever, unless two things travel.
            if (responder)
                io::write_file(out_, encoding::to_pem(crl_label, crl.bytes()) + responder->to_pem(),
                               io::Mode::public_file);
            else
                io::write_file(out_, crl.bytes(), io::Mode::public_file);
        }
        if (session.json()) {
            Json object = to_json(request);
            object["dry_run"] = changing_.dry_run();
            object["crl_file"] = changing_.dry_run() ? Json(nullptr) : Json(out_.string());
            session.out.json(object);
            return 0;
        }
        session.out.line(changing_.dry_run() ? "would sign " + file_ : "signed " + out_.string());
        session.out.field(request.issuer,
                          crl_words(request.number, request.entries.size(), request.next_update));
        session.out.field("why", request.reason);
        for (const x509::CrlEntry& entry : request.entries)
            session.out.field("revoked",
                              encoding::to_upper_hex(entry.serial) + ", " + x509::to_string(entry.reason));
        if (!changing_.dry_run())
            session.out.line("next: carry " + out_.filename().string() +
                             " back, and mtlsca ca root-crl install it there");
        return 0;
    }

    int install(Session& session, authority::Ca& ca) const {
        const Returned returned = read_returned();
        if (changing_.dry_run()) {
            if (returned.responder)
                authority::judge_returned_responder(ca, *returned.responder);
            return show_returned(session, authority::judge_root_crl(ca, session.now(), returned.crl, file_));
        }
        if (returned.responder)
            authority::install_returned_responder(ca, session.run(), *returned.responder);
        install_or_finish(session, ca, returned.crl);
        const Published published = changing_.publish(session, ca, /*trust_changed=*/true);
        if (session.json())
            session.out.json(publication_json(published.publication));
        else
            print_published(session, published);
        if (!published.publication.failures.empty())
            throw published.publication.failures.front();
        return published.status;
    }

    int show_returned(Session& session, const authority::ReturnedCrl& returned) const {
        const store::PublishedCrl& crl = returned.crl;
        if (session.json()) {
            session.out.json({{"dry_run", true},
                              {"issuer", returned.issuer},
                              {"number", crl.number},
                              {"this_update", to_rfc3339(crl.this_update)},
                              {"next_update", to_rfc3339(crl.next_update)},
                              {"entries", crl.entries}});
            return 0;
        }
        session.out.line("would install " + file_);
        session.out.field(returned.issuer, crl_words(crl.number, crl.entries, crl.next_update));
        return 0;
    }

    // A run that died may have installed it and published nothing.
    void install_or_finish(Session& session, authority::Ca& ca, ByteView der) const {
        try {
            authority::install_root_crl(ca, session.run(), der, file_);
        } catch (const Error& error) {
            if (error.code == Code::already)
                changing_.publish(session, ca, /*trust_changed=*/true);
            throw;
        }
    }

    // A CRL, in DER or PEM, and in PEM the certificate of the root's OCSP responder behind it.
    struct Returned {
        Bytes crl;
        std::optional<x509::Certificate> responder;
    };
    Returned read_returned() const {
        Returned returned;
        returned.crl = io::read_file(file_, file_max_bytes);
        if (!encoding::looks_like_pem(returned.crl))
            return returned;
        const auto blocks = encoding::read_pem(as_text(returned.crl), file_);
        const bool has_responder = blocks.size() == 2 && blocks.back().label == "CERTIFICATE";
        if (blocks.empty() || blocks.front().label != crl_label || (blocks.size() != 1 && !has_responder))
            throw Error(Code::refused, file_, "is not one CRL, with its responder's certificate at most");
        if (has_responder)
            returned.responder = x509::Certificate::from_der(blocks.back().der, file_);
        returned.crl = blocks.front().der;
        return returned;
    }

    std::string action_, file_, root_;
    io::Path out_;
    std::optional<Duration> next_update_;
    CaChanging changing_;
};

} // namespace

std::unique_ptr<Command> make_ca_root_crl() {
    return make_command<CaRootCrl>();
}

} // namespace mtlsca::app

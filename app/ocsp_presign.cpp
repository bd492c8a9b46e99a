#include "commands.h"
#include "ocsp_responding.h"

#include "authority/ocsp/presigned_files.h"
#include "authority/ocsp/presigned_rows.h"
#include "io/interruption.h"

namespace mtlsca::app {
namespace {

using authority::PresigningOptions;

class OcspPresign final : public Command {
public:
    void add_options(Options& options) override {
        options.add("--out", folder_, "The folder of the answers; made if missing").type("DIR");
        options.flag("--rows", rows_, "In the CA's database, for ocsp serve where no responder's key is");
        options.add("--hash", hash_, "Of the requests that are answered (default: sha1, which clients use)")
            .one_of({"sha1", "sha256"});
        options
            .add("--names", names_, "Files named for GET, or by serial for ssl_stapling_file (default: get)")
            .one_of({"get", "serial"});
        options.flag("--all", options_.all, "Also what is not due");
    }

    int run(Session& session) override {
        if (folder_.empty() != rows_)
            throw Error(Code::usage, "ocsp presign", "wants either --out DIR or --rows");
        if (rows_ && !names_.empty())
            throw Error(Code::usage, "--names", "is about --out");
        options_.hash = hash_ == "sha256" ? x509::OcspHash::sha256 : x509::OcspHash::sha1;
        renew_due_delegates(session);
        authority::Responder responder = open_responder(session);
        using Access = store::Database::Access;
        authority::Ca ca = session.open_ca(rows_ ? Access::write : Access::read);
        const std::unique_ptr<authority::PresignedPlace> place = open_place(ca);
        io::Interruption interruption;
        options_.should_stop = [&interruption] { return interruption.signal().has_value(); };
        const authority::Presigned presigned =
            authority::presign(ca, responder, *place, session.now(), options_);
        print(session, presigned);
        if (!presigned.is_stopped)
            return 0;
        note("stopped; the same command goes on from here");
        return 128 + interruption.signal().value();
    }

private:
    std::unique_ptr<authority::PresignedPlace> open_place(authority::Ca& ca) const {
        if (rows_)
            return std::make_unique<authority::PresignedRows>(ca, options_.hash);
        const auto names =
            names_ == "serial" ? authority::PresignedNames::serial : authority::PresignedNames::request;
        return std::make_unique<authority::PresignedFiles>(folder_, names, options_.hash);
    }

    void print(Session& session, const authority::Presigned& presigned) const {
        if (session.json())
            return session.out.json(
                {{"made", presigned.made},
                 {"kept", presigned.kept},
                 {"next_update",
                  presigned.next_update ? Json(to_rfc3339(*presigned.next_update)) : Json(nullptr)},
                 {"folder", rows_ ? Json(nullptr) : Json(folder_.string())}});
        session.out.line("made " + count_of(presigned.made, "answer") + " in " +
                         (rows_ ? "the database" : folder_.string()) + ", kept " +
                         std::to_string(presigned.kept));
        if (presigned.next_update)
            session.out.field("until", to_minutes(*presigned.next_update));
    }

    PresigningOptions options_;
    io::Path folder_;
    bool rows_ = false;
    std::string hash_, names_;
};

} // namespace

std::unique_ptr<Command> make_ocsp_presign() {
    return make_command<OcspPresign>();
}

} // namespace mtlsca::app

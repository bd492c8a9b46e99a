#include "commands.h"
#include "ocsp_responding.h"

#include "authority/ocsp/presigning.h"
#include "io/interruption.h"

namespace mtlsca::app {
namespace {

using authority::PresigningOptions;

class OcspPresign final : public Command {
public:
    void add_options(Options& options) override {
        options.add("--out", options_.folder, "The folder of the answers; made if missing")
            .type("DIR")
            .required();
        options.add("--hash", hash_, "Of the requests that are answered (default: sha1, which clients use)")
            .one_of({"sha1", "sha256"});
        options
            .add("--names", names_, "Files named for GET, or by serial for ssl_stapling_file (default: get)")
            .one_of({"get", "serial"});
        options.flag("--all", options_.all, "Also what is not due");
    }

    int run(Session& session) override {
        options_.hash = hash_ == "sha256" ? x509::OcspHash::sha256 : x509::OcspHash::sha1;
        options_.names =
            names_ == "serial" ? PresigningOptions::Names::serial : PresigningOptions::Names::request;
        renew_due_delegates(session);
        authority::Responder responder = open_responder(session);
        const authority::Ca ca = session.open_ca(store::Database::Access::read);
        io::Interruption interruption;
        options_.should_stop = [&interruption] { return interruption.signal().has_value(); };
        const authority::Presigned presigned = authority::presign(ca, responder, session.now(), options_);
        print(session, presigned);
        if (!presigned.is_stopped)
            return 0;
        note("stopped; the same command goes on from here");
        return 128 + interruption.signal().value();
    }

private:
    void print(Session& session, const authority::Presigned& presigned) const {
        if (session.json())
            return session.out.json(
                {{"made", presigned.made},
                 {"kept", presigned.kept},
                 {"next_update",
                  presigned.next_update ? Json(to_rfc3339(*presigned.next_update)) : Json(nullptr)},
                 {"folder", options_.folder.string()}});
        session.out.line("made " + count_of(presigned.made, "answer") + " in " + options_.folder.string() +
                         ", kept " + std::to_string(presigned.kept));
        if (presigned.next_update)
            session.out.field("until", to_minutes(*presigned.next_update));
    }

    PresigningOptions options_;
    std::string hash_, names_;
};

} // namespace

std::unique_ptr<Command> make_ocsp_presign() {
    return make_command<OcspPresign>();
}

} // namespace mtlsca::app

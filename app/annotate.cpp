#include "commands.h"
#include "site_folders.h"

#include "authority/certificate/annotation.h"
#include "authority/certificate/selector.h"
#include "encoding/hex.h"

namespace mtlsca::app {
namespace {

class Annotate final : public Command {
public:
    void add_options(Options& options) override {
        options.add("ID", ids_, "A serial, cn:NAME, san:VALUE, sha256:HEX, file:PATH or a bare NAME")
            .required();
        options.add("--owner", wish_.owner, "Who answers for it from now on; \"\" for nobody").type("WHO");
        options.list("--label", wish_.labels, "Set this label", "K=V");
        options.list("--remove-label", wish_.removed_labels, "Remove the label of this key", "K");
        options.list("--bind", wish_.bindings, "nginx lets it in from this address or network, too", "NET");
        options.list("--unbind", wish_.removed_bindings, "No longer from this one", "NET");
        options.flag("--dry-run", dry_run_, "Say what would change, and change nothing");
    }

    int run(Session& session) override {
        if (!wish_.owner && wish_.labels.empty() && wish_.removed_labels.empty() && wish_.bindings.empty() &&
            wish_.removed_bindings.empty())
            throw Error(Code::usage, "annotate", "nothing to say of it",
                        "--owner, --label, --remove-label, --bind or --unbind");
        authority::Ca ca =
            session.open_ca(dry_run_ ? store::Database::Access::read : store::Database::Access::write);
        const auto certificates = authority::select(ca, ids_, session.now());
        std::vector<authority::Annotated> done;
        if (dry_run_)
            for (const store::Certificate& certificate : certificates)
                done.push_back(authority::plan_annotation(certificate, wish_));
        else
            done = authority::annotate(ca, session.run(), certificates, wish_);
        print(session, done);
        if (!dry_run_)
            renew_site_folders_after_issue(ca, session.now());
        return 0;
    }

private:
    void print(Session& session, const std::vector<authority::Annotated>& done) const {
        Json array = Json::array();
        for (const authority::Annotated& one : done) {
            if (session.json())
                array.push_back(to_json(session, one));
            else
                print_one(session, one);
            tell(one.notes);
            if (opens_every_address(one))
                note(one.certificate.name + ": is bound to no network any more; nginx lets it in from every "
                                            "address");
        }
        if (session.json())
            session.out.json({{"dry_run", dry_run_}, {"annotated", std::move(array)}});
    }

    Json to_json(const Session& session, const authority::Annotated& one) const {
        Json changes = Json::array();
        for (const authority::AnnotatedField& change : one.changes)
            changes.push_back({{"field", change.field}, {"before", change.before}, {"after", change.after}});
        Json object = inventory_json(one.certificate, session.now());
        object["changes"] = std::move(changes);
        return object;
    }

    void print_one(Session& session, const authority::Annotated& one) const {
        std::string text = one.changes.empty() ? "unchanged " : dry_run_ ? "would annotate " : "annotated ";
        text += one.certificate.name + " (" + one.certificate.profile + "), serial " +
                encoding::to_upper_hex(one.certificate.serial);
        session.out.line(text);
        for (const authority::AnnotatedField& change : one.changes)
            session.out.field(change.field, (change.before.empty() ? "(none)" : change.before) + " → " +
                                                (change.after.empty() ? "(none)" : change.after));
    }

    static bool opens_every_address(const authority::Annotated& one) {
        return one.certificate.bindings.empty() && !one.changes.empty() &&
               one.changes.back().field == "bindings";
    }

    std::vector<std::string> ids_;
    authority::AnnotationWish wish_;
    bool dry_run_ = false;
};

} // namespace

std::unique_ptr<Command> make_annotate() {
    return make_command<Annotate>();
}

} // namespace mtlsca::app

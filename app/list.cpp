#include "commands.h"
#include "inventory_rows.h"

#include "authority/selector.h"

namespace mtlsca::app {
namespace {

class List final : public Command {
public:
    void add_options(CLI::App& app) override {
        app.add_option("--status", status_, "valid, revoked, held, expired or pending")
            ->type_name("STATUS")
            ->check(CLI::IsMember({"valid", "revoked", "held", "expired", "pending"}));
        add_duration(app, "--expiring", expiring_,
                     "Valid now and not for longer than this: exit 10 where there are any");
        app.add_option("--profile", profile_, "Of this profile")->type_name("PROFILE");
        app.add_option("--ou", ou_, "With this organizational unit")->type_name("OU");
        app.add_option("--owner", owner_, "Of this owner")->type_name("WHO");
        app.add_option("--san", san_, "With this name: dns:example.com, or the bare value")
            ->type_name("NAME");
        app.add_option("--label", label_, "With this label")->type_name("K=V");
        app.add_option("--limit", limit_, "At most so many")
            ->type_name("N")
            ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1000000000}));
    }

    int run(Session& session) override {
        authority::Ca ca = session.open_ca(store::Database::Access::read);
        const Time now = session.now();
        const auto rows = make_inventory_rows(session, now);
        std::uint64_t count = 0;
        store::for_each(ca.database(), filter(now), now, /*with_der=*/false,
                        [&](const store::Certificate& certificate) {
                            rows->add(certificate);
                            ++count;
                            return true;
                        });
        rows->finish();
        return static_cast<int>(expiring_ && count > 0 ? Code::warning : Code::done);
    }

private:
    store::Filter filter(Time now) const {
        store::Filter filter;
        if (!status_.empty())
            filter.status = store::parse_status(status_);
        if (expiring_) {
            filter.status = filter.status.value_or(store::Filter::Status::valid);
            filter.expires_before = now + *expiring_;
        }
        const auto when_set = [](const std::string& text) {
            return text.empty() ? std::nullopt : std::optional(text);
        };
        filter.profile = when_set(profile_);
        filter.ou = when_set(ou_);
        filter.owner = when_set(owner_);
        if (!san_.empty())
            filter.san = authority::canonical_san(san_);
        if (limit_ > 0)
            filter.limit = limit_;
        if (!label_.empty()) {
            const std::size_t equals = label_.find('=');
            if (equals == std::string::npos)
                throw Error(Code::usage, "--label", label_ + " is not K=V");
            filter.label = store::Label{label_.substr(0, equals), label_.substr(equals + 1)};
        }
        return filter;
    }

    std::string status_, profile_, ou_, owner_, san_, label_;
    std::optional<Duration> expiring_;
    std::uint64_t limit_ = 0;
};

} // namespace

std::unique_ptr<Command> make_list() {
    return make_command<List>();
}

} // namespace mtlsca::app

#include "commands.h"
#include "inventory_rows.h"

#include "authority/certificate/renewal.h"
#include "authority/certificate/selector.h"
#include "encoding/hex.h"

namespace mtlsca::app {
namespace {

// Twice the 90 days of the profiles that `init` writes: whoever renews in time has done so by then.
constexpr Duration old_by_default = std::chrono::days(180);

class List final : public Command {
public:
    void add_options(Options& options) override {
        options.add("--status", status_, "valid, revoked, held, expired or pending")
            .type("STATUS")
            .one_of({"valid", "revoked", "held", "expired", "pending"});
        options.add("--expiring", expiring_,
                    "Valid now and not for longer than this: exit 10 where there are any");
        options.add("--name", name_, "Of this name; upper and lower case are the same").type("NAME");
        options.add("--profile", profile_, "Of this profile").type("PROFILE");
        options.add("--issuer", issuer_, "Signed by this CA of ours: issuing").type("CA");
        options.add("--ou", ou_, "With this organizational unit").type("OU");
        options.add("--owner", owner_, "Of this owner").type("WHO");
        options.add("--san", san_, "With this name: dns:example.com, or the bare value").type("NAME");
        options.list("--label", labels_, "With this label; may be given again", "K=V");
        options.flag(
            "--orphans", orphans_,
            "Live ones that nobody seems to look after: without owner, twice for one owner and name, "
            "never renewed, due without successor");
        options.add("--older-than", older_than_,
                    "With --orphans: who was never renewed is one after this (default: 180d)");
        options.add("--sort", sort_, "expiry, name or issued (default: issued)")
            .type("ORDER")
            .one_of({"expiry", "name", "issued"});
        options.add("--limit", limit_, "At most so many").type("N").between(1, 1000000000);
        options.add("--after", after_, "The next page: those behind this serial, in the same order")
            .type("SERIAL");
    }

    int run(Session& session) override {
        if (orphans_ && session.format() == "index")
            throw Error(Code::usage, "--orphans", "openssl's index has no room for the reasons",
                        "--format text, json or csv");
        if (older_than_ && !orphans_)
            throw Error(Code::usage, "--older-than", "says which --orphans are old");
        authority::Ca ca = session.open_ca(store::Database::Access::read);
        const Time now = session.now();
        store::Filter wanted = filter(ca, now);
        // One more than is shown tells whether there is another page.
        if (limit_ > 0 && !expiring_)
            wanted.limit = limit_ + 1;
        const auto rows = make_inventory_rows(session, now, orphans_);
        const auto add = [&](const store::Certificate& certificate, const Orphans& orphans) {
            if (expiring_ && !profile_ && policy::is_renewed_by_itself(certificate.profile))
                return true;
            if (limit_ > 0 && count_ == limit_) {
                more_ = true;
                return false;
            }
            rows->add(certificate, orphans);
            last_ = certificate.serial;
            ++count_;
            return true;
        };
        if (orphans_)
            store::for_each_orphan(ca.database(), wanted, orphan_rules(ca, now), now, add);
        else
            store::for_each(ca.database(), wanted, now,
                            rows->shows_certificates() ? store::Depth::fingerprint : store::Depth::record,
                            [&](const store::Certificate& certificate) { return add(certificate, {}); });
        rows->finish();
        if (more_ && session.format().empty() && !session.json())
            note("there are more: --after " + encoding::to_upper_hex(last_));
        return static_cast<int>(expiring_ && count_ > 0 ? Code::warning : Code::done);
    }

private:
    store::Filter filter(authority::Ca& ca, Time now) const {
        store::Filter filter;
        if (!status_.empty())
            filter.status = store::parse_status(status_);
        if (expiring_) {
            filter.status = filter.status.value_or(store::Filter::Status::valid);
            filter.expires_before = now + *expiring_;
        }
        filter.name = name_;
        filter.profile = profile_;
        filter.ou = ou_;
        filter.owner = owner_;
        if (san_)
            filter.san = authority::canonical_san(*san_);
        for (const std::string& label : labels_)
            filter.labels.push_back(parse_label(label));
        if (issuer_)
            filter.issuer = issuer(ca);
        filter.order = order();
        if (!after_.empty())
            filter.after = last_of_page_before(ca, now);
        return filter;
    }

    static store::Label parse_label(const std::string& text) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos)
            throw Error(Code::usage, "--label", text + " is not K=V");
        return {text.substr(0, equals), text.substr(equals + 1)};
    }

    store::IssuerId issuer(const authority::Ca& ca) const {
        std::vector<std::string> names;
        for (const authority::Tier& tier : ca.tiers()) {
            if (tier.name() == *issuer_)
                return tier.record.id;
            names.push_back(tier.name());
        }
        throw Error(Code::not_found, "--issuer " + *issuer_, "no such CA", "there are " + joined(names));
    }

    std::optional<store::Filter::Order> order() const {
        using Order = store::Filter::Order;
        if (sort_.empty())
            return std::nullopt;
        return sort_ == "expiry" ? Order::expiry : sort_ == "name" ? Order::name : Order::issued;
    }

    store::CertificateId last_of_page_before(authority::Ca& ca, Time now) const {
        store::Filter filter;
        filter.serial = encoding::from_hex(after_);
        if (!filter.serial)
            throw Error(Code::usage, "--after", after_ + " is not a serial");
        const auto found = store::find(ca.database(), filter, now, 2);
        if (found.size() != 1)
            throw Error(Code::not_found, "--after " + after_,
                        found.empty() ? "no certificate has this serial" : "two CAs have used this serial",
                        "the last serial of the page before");
        return found.front().id;
    }

    store::OrphanRules orphan_rules(const authority::Ca& ca, Time now) const {
        return {older_than_.value_or(old_by_default), [&ca, now](const store::Certificate& certificate) {
                    return authority::due_at(ca.config(), certificate) <= now;
                }};
    }

    std::string status_, sort_, after_;
    std::optional<std::string> name_, profile_, issuer_, ou_, owner_, san_;
    std::vector<std::string> labels_;
    std::optional<Duration> expiring_, older_than_;
    std::uint64_t limit_ = 0, count_ = 0;
    Bytes last_;
    bool orphans_ = false, more_ = false;
};

} // namespace

std::unique_ptr<Command> make_list() {
    return make_command<List>();
}

} // namespace mtlsca::app

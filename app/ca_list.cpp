#include "commands.h"

#include "encoding/hex.h"
#include "store/issuer/crls.h"

#include <fmt/format.h>

namespace mtlsca::app {
namespace {

class CaList final : public Command {
public:
    void add_options(Options&) override {}

    int run(Session& session) override {
        authority::Ca ca = session.open_ca(store::Database::Access::read);
        Json array = Json::array();
        for (const authority::Tier& tier : ca.tiers()) {
            if (session.json())
                array.push_back(to_json(ca, tier));
            else
                print(session, ca, tier);
        }
        if (session.json())
            session.out.json(array);
        return 0;
    }

private:
    static std::string signer_of(const authority::Ca& ca, const authority::Tier& tier) {
        return tier.is_root() ? tier.name() : ca.tier(*tier.record.parent).name();
    }

    static std::vector<std::string> further_signers(const authority::Ca& ca, const authority::Tier& tier) {
        std::vector<std::string> signers;
        for (const authority::CrossCertificate& cross : ca.cross_certificates())
            if (cross.issuer == tier.record.id)
                signers.push_back(ca.tier(cross.signer).name());
        return signers;
    }

    static Json to_json(const authority::Ca& ca, const authority::Tier& tier) {
        const auto crl = store::latest_crl(ca.database(), tier.record.id);
        return {{"name", tier.name()},
                {"state", to_string(tier.record.state)},
                {"issues", tier.record.issues},
                {"subject", tier.certificate.subject().to_string()},
                {"serial", encoding::to_upper_hex(tier.certificate.serial())},
                {"signer", signer_of(ca, tier)},
                {"further_signers", further_signers(ca, tier)},
                {"not_before", to_rfc3339(tier.certificate.not_before())},
                {"not_after", to_rfc3339(tier.certificate.not_after())},
                {"trusted", authority::Ca::is_trusted(tier)},
                {"key_is_here", ca.has_key(tier)},
                {"crl_number", crl ? Json(crl->number) : Json(nullptr)},
                {"crl_next_update", crl ? Json(to_rfc3339(crl->next_update)) : Json(nullptr)},
                {"certificate_file", ca.folder().certificate(tier.name()).string()}};
    }

    static void print(Session& session, const authority::Ca& ca, const authority::Tier& tier) {
        std::string signers = signer_of(ca, tier);
        for (const std::string& further : further_signers(ca, tier))
            signers += " and " + further;
        session.out.line(fmt::format("{:<12} {:<9} {}, signed by {}, until {}{}", tier.name(),
                                     to_string(tier.record.state), tier.certificate.subject().to_string(),
                                     signers, to_minutes(tier.certificate.not_after()),
                                     ca.has_key(tier) ? "" : ", its key is elsewhere"));
    }
};

} // namespace

std::unique_ptr<Command> make_ca_list() {
    return make_command<CaList>();
}

} // namespace mtlsca::app

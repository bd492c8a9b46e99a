// Laws: settings are accepted, or refused with an Error that says why; under those that are accepted no
// profile plans a CA, nor more than its longest validity, nor longer than its issuer lives.
#include "law.h"

#include "io/file.h"
#include "policy/plan/plan.h"

using namespace mtlsca;

namespace {

const x509::Certificate& issuer() {
    constexpr std::size_t largest = 1 << 16;
    static const x509::Certificate certificate = x509::Certificate::from_der(
        io::read_file(MTLSCA_VECTORS "/certificates/golden/issuing.der", largest), "issuer");
    return certificate;
}

std::optional<policy::Config> read(std::string_view text) {
    try {
        return policy::check_settings(policy::read_settings(text, "settings"), "settings");
    } catch (const Error& error) {
        hold(error.code == Code::refused && (!error.reason.empty() || !error.findings.empty()),
             "refused without a reason");
        return std::nullopt;
    }
}

void plan(const policy::Config& config, const policy::Profile& profile) {
    policy::Facts facts;
    facts.now = issuer().not_before() + std::chrono::hours(1);
    facts.backdate = config.backdate;
    facts.issuer = &issuer();
    policy::SigningOptions options;
    options.name = "alice";
    const policy::Planned planned = policy::plan_certificate(config, profile, std::nullopt, options, facts);
    if (!planned.plan)
        return hold(!planned.findings.empty(), "refused without a finding");
    const x509::CertificateContent& content = planned.plan->content();
    hold(!content.ca && content.name_constraints.permitted.empty(), "a profile that makes a CA");
    hold(content.not_after <= issuer().not_after(), "longer than its issuer");
    hold(content.not_after > content.not_before, "no validity");
    hold(content.not_after - facts.now <= profile.longest_validity, "longer than the profile allows");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto config = read({reinterpret_cast<const char*>(data), size});
    if (!config)
        return 0;
    for (const auto& [name, profile] : config->profiles)
        plan(*config, profile);
    return 0;
}

// What a renewal changes.
#include "policy/plan/plan.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mtlsca::policy {
namespace {

template <typename Values, typename ToText>
std::vector<std::string> sorted_texts(const Values& values, ToText to_text) {
    std::vector<std::string> texts;
    for (const auto& value : values)
        texts.emplace_back(to_text(value));
    std::sort(texts.begin(), texts.end());
    return texts;
}

std::string in_words(const std::vector<std::string>& texts) {
    return texts.empty() ? "none" : fmt::format("{}", fmt::join(texts, ", "));
}

class Comparison {
public:
    void compare(const char* rule, const char* subject, const std::string& before, const std::string& now) {
        if (before != now)
            findings_.push_back({Severity::note, rule, subject,
                                 fmt::format("was {}, becomes {}", before.empty() ? "none" : before,
                                             now.empty() ? "none" : now)});
    }
    // The order says nothing.
    template <typename Values, typename ToText>
    void compare(const char* rule, const char* subject, const Values& before, const Values& now,
                 ToText to_text) {
        compare(rule, subject, in_words(sorted_texts(before, to_text)), in_words(sorted_texts(now, to_text)));
    }
    Findings take() { return std::move(findings_); }

private:
    Findings findings_;
};

std::string rounded(Duration duration) {
    for (const Duration unit : {Duration(std::chrono::days(1)), Duration(std::chrono::hours(1))})
        if (duration >= 2 * unit)
            return mtlsca::to_string(duration / unit * unit);
    return mtlsca::to_string(duration);
}

// A tenth more or less is backdating, and what clocks did meanwhile.
bool is_another_lifetime(Duration before, Duration now) {
    return std::chrono::abs(before - now) > before / 10;
}

} // namespace

Findings differences(const x509::Certificate& predecessor, const CertificatePlan& plan) {
    const x509::CertificateContent& content = plan.content();
    Comparison comparison;
    comparison.compare("renewal-subject", "subject", predecessor.subject().to_string(),
                       content.subject.to_string());
    comparison.compare("renewal-san", "san", predecessor.sans(), content.sans,
                       [](const x509::San& san) { return x509::to_string(san); });
    comparison.compare("renewal-key-usage", "key usage", predecessor.key_usages(), content.key_usages,
                       [](x509::KeyUsage usage) { return x509::to_string(usage); });
    comparison.compare("renewal-extended-key-usage", "extended key usage", predecessor.extended_key_usages(),
                       content.extended_key_usages, x509::extended_key_usage_name);
    const Duration before = predecessor.not_after() - predecessor.not_before();
    const Duration now = content.not_after - content.not_before;
    if (is_another_lifetime(before, now))
        comparison.compare("renewal-lifetime", "lifetime", rounded(before), rounded(now));
    comparison.compare("renewal-key", "key", predecessor.public_key().algorithm(),
                       x509::to_string(plan.key_type()));
    return comparison.take();
}

} // namespace mtlsca::policy

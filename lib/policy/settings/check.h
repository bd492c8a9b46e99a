// From settings to Config, piece by piece. Internal to lib/policy.
#pragma once

#include "policy/settings/config.h"

namespace mtlsca::policy {

// What is wrong in the settings, collected while they are turned into Config, with the path of each key.
class SettingsCheck {
public:
    void refuse(const char* rule, const std::string& key, std::string detail);
    void add(std::optional<Finding> finding); // its subject is the key's path already
    // The duration that `text` says, `otherwise` where it says nothing or nothing sane.
    Duration duration(const std::string& key, const std::optional<std::string>& text, Duration otherwise);
    // An OU that may stand in a certificate. All that were ever named must look different from each other:
    // nginx compares plain map keys without case, and people don't see the difference.
    void judge_ou(const std::string& key, const std::string& ou);
    Findings take_findings() { return std::move(findings_); }

private:
    Findings findings_;
    std::map<std::string, std::string> ous_by_appearance_;
};

// Role and profile names: words that nginx, file names and command lines take without quotes.
bool is_word(std::string_view text);

OcspConfig check_ocsp(const OcspSettings& settings, SettingsCheck& check);
DeployTarget check_deploy_target(const DeploySettings& settings, SettingsCheck& check);
Profile check_profile(const ProfileSettings& settings, const Roles& roles, SettingsCheck& check);

} // namespace mtlsca::policy

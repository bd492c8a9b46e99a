#include "policy/settings/config.h"

#include "policy/settings/check.h"
#include "policy/text/resemblance.h"
#include "policy/text/subject_text.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::policy {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr Duration longest_backdate = days(1);

// RFC 3986 section 2, without what nginx, TOML or a shell could take for the end of the text.
bool is_url_character(char c) {
    return c > ' ' && c < 0x7f && std::string_view("\"'`<>\\^{|}").find(c) == std::string_view::npos;
}

// What stands between the scheme and the path; empty where the URL is not http or https.
std::string_view http_host(std::string_view url) {
    for (std::string_view scheme : {"http://", "https://"})
        if (url.starts_with(scheme))
            return url.substr(scheme.size(), url.find_first_of("/?#", scheme.size()) - scheme.size());
    return {};
}

std::string check_url(const std::string& key, const std::string& url, SettingsCheck& check) {
    if (url.empty())
        return {};
    if (!std::all_of(url.begin(), url.end(), is_url_character))
        check.refuse("settings-url", key, "holds spaces, quotes or characters that are no part of a URL");
    else if (http_host(url).empty())
        check.refuse("settings-url", key, "must begin with http:// or https:// and a host");
    return url;
}

// A folder, to which "issuing.crl" and so on are appended.
std::string check_folder_url(const std::string& key, const std::string& url, SettingsCheck& check) {
    std::string folder = check_url(key, url, check);
    if (folder.find_first_of("?#") != std::string::npos)
        check.refuse("settings-url", key, "is a folder: file names are appended, so no ? and no #");
    if (!folder.empty() && folder.back() != '/')
        folder += '/';
    return folder;
}

void check_ca(const Settings& settings, Config& config, SettingsCheck& check) {
    config.ca_name = settings.ca_name;
    if (config.ca_name.empty())
        check.refuse("settings-missing", "ca.name", "is missing: the name of this CA");
    else
        check.add(judge_attribute_text("ca.name", config.ca_name));
    config.backdate = check.duration("ca.backdate", settings.backdate, minutes(5));
    if (config.backdate > longest_backdate)
        check.refuse("settings-duration", "ca.backdate", "is longer than a day");
    config.crl_url = check_folder_url("ca.crl_url", settings.crl_url, check);
    config.issuer_url = check_folder_url("ca.issuer_url", settings.issuer_url, check);
    config.ocsp_url = check_url("ca.ocsp_url", settings.ocsp_url, check);
}

void check_crl_times(const std::string& prefix, Duration next_update, Duration overlap,
                     SettingsCheck& check) {
    if (next_update <= Duration(0))
        check.refuse("settings-duration", prefix + "next_update", "must be longer than nothing");
    else if (overlap >= next_update)
        check.refuse("settings-duration", prefix + "overlap",
                     fmt::format("must be shorter than {}next_update ({}), or a new CRL is due at once",
                                 prefix, to_string(next_update)));
}

void check_crl(const Settings& settings, Config& config, SettingsCheck& check) {
    config.next_update = check.duration("crl.next_update", settings.next_update, days(7));
    config.overlap = check.duration("crl.overlap", settings.overlap, hours(24));
    config.root_next_update = check.duration("crl.root_next_update", settings.root_next_update, days(180));
    config.root_overlap = check.duration("crl.root_overlap", settings.root_overlap, days(30));
    check_crl_times("crl.", config.next_update, config.overlap, check);
    check_crl_times("crl.root_", config.root_next_update, config.root_overlap, check);
}

void check_roles(const Settings& settings, Config& config, SettingsCheck& check) {
    for (const auto& [ou, role] : settings.roles) {
        const std::string key = "roles." + ou;
        check.judge_ou(key, ou);
        if (!is_word(role))
            check.refuse("settings-word", key,
                         "names no role: 1 to 32 small letters, digits and dashes are allowed");
    }
    config.roles = settings.roles;
}

void check_profiles(const Settings& settings, Config& config, SettingsCheck& check) {
    for (const ProfileSettings& profile : settings.profiles) {
        if (!is_word(profile.name))
            check.refuse("settings-word", "profiles." + profile.name,
                         fmt::format("is no name of a profile (line {}): 1 to 32 small letters, digits and "
                                     "dashes are allowed",
                                     profile.line));
        config.profiles.emplace(profile.name, check_profile(profile, config.roles, check));
    }
}

void check_deploy_targets(const Settings& settings, Config& config, SettingsCheck& check) {
    for (const DeploySettings& target : settings.deploy_targets)
        config.deploy_targets.emplace(target.name, check_deploy_target(target, check));
    for (const ProfileSettings& profile : settings.profiles)
        for (const std::string& name : profile.deployments)
            if (!config.deploy_targets.contains(name))
                check.refuse("settings-deploy", "profiles." + profile.name + ".deploy",
                             fmt::format("there is no [deploy.{}]", name));
}

} // namespace

bool is_word(std::string_view text) {
    return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

void SettingsCheck::refuse(const char* rule, const std::string& key, std::string detail) {
    findings_.push_back({Severity::error, rule, key, std::move(detail)});
}

void SettingsCheck::add(std::optional<Finding> finding) {
    if (finding)
        findings_.push_back(std::move(*finding));
}

Duration SettingsCheck::duration(const std::string& key, const std::optional<std::string>& text,
                                 Duration otherwise) {
    if (!text)
        return otherwise;
    const auto duration = parse_duration(*text);
    if (!duration)
        refuse("settings-duration", key,
               fmt::format("'{}' is no duration; write 90d, 12h, 30m or 1y", *text));
    return duration.value_or(otherwise);
}

void SettingsCheck::judge_ou(const std::string& key, const std::string& ou) {
    add(judge_name(key, ou));
    add(judge_scripts(key, ou));
    const auto [known, is_new] = ous_by_appearance_.emplace(appearance(ou), ou);
    if (!is_new && known->second != ou)
        refuse("settings-ou-alike", key,
               fmt::format("'{}' looks like '{}', which is named too: nginx compares keys without case", ou,
                           known->second));
}

std::optional<Severity> crl_lateness(Time next_update, Duration overlap, Time now) {
    if (next_update <= now || now > next_update - overlap / 4)
        return Severity::error;
    return now > next_update - overlap ? std::optional(Severity::warning) : std::nullopt;
}

Config check_settings(const Settings& settings, const std::string& object) {
    Config config;
    SettingsCheck check;
    check_ca(settings, config, check);
    check_crl(settings, config, check);
    config.ocsp = check_ocsp(settings.ocsp, check);
    check_roles(settings, config, check);
    check_profiles(settings, config, check);
    check_deploy_targets(settings, config, check);
    Findings findings = check.take_findings();
    if (!has_errors(findings))
        return config;
    throw Error(Code::refused, object, "its settings are wrong", "see mtlsca.toml(5)", std::move(findings));
}

const Profile& find_profile(const Config& config, const std::string& name) {
    const auto found = config.profiles.find(name);
    if (found != config.profiles.end())
        return found->second;
    std::string known;
    for (const auto& [other, profile] : config.profiles)
        known += (known.empty() ? "" : ", ") + other;
    throw Error(Code::not_found, "profile " + name, "there is no such profile",
                known.empty() ? "mtlsca.toml has no profiles" : "there are " + known);
}

} // namespace mtlsca::policy

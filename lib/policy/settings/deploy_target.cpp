#include "policy/settings/deploy_target.h"

#include "encoding/text.h"
#include "policy/settings/check.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace mtlsca::policy {
namespace {

constexpr std::array<std::string_view, 2> placeholders{"{name}", "{serial}"};
constexpr std::size_t longest_pattern = 100;   // NAME_MAX is 255 bytes, and a serial is 40 of them
constexpr std::size_t longest_file_name = 240; // what encoding::to_file_name() leaves of it
constexpr std::size_t longest_account = 32;    // useradd(8)

void replace_all(std::string& text, std::string_view what, const std::string& with) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

bool is_file_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-").find(c) != std::string_view::npos;
}

// A name of useradd(8), or a number.
bool is_account(std::string_view text) {
    return !text.empty() && text.size() <= longest_account && text.front() != '-' && text.front() != '.' &&
           std::all_of(text.begin(), text.end(), is_file_name_character);
}

bool is_absolute_folder(std::string_view text) {
    return text.starts_with('/') && encoding::is_printable(text) &&
           text.find("/../") == std::string_view::npos && !text.ends_with("/..");
}

std::optional<unsigned> parse_mode(std::string_view text) {
    unsigned mode = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
    if (problem != std::errc{} || end != text.data() + text.size() || text.size() < 3 || text.size() > 4)
        return std::nullopt;
    return mode;
}

class TargetCheck {
public:
    TargetCheck(const DeploySettings& settings, SettingsCheck& check) : settings_(settings), check_(check) {}

    DeployTarget run() {
        if (!is_word(settings_.name))
            check_.refuse("settings-word", "deploy." + settings_.name,
                          "is no name of a target: 1 to 32 small letters, digits and dashes are allowed");
        check_folder();
        check_account("owner", settings_.owner);
        check_account("group", settings_.group);
        if (!encoding::is_printable(settings_.reload))
            refuse("reload", "holds control characters");
        DeployTarget target{.name = settings_.name,
                            .folder = settings_.folder,
                            .certificate = *pattern("certificate", settings_.certificate, "{name}.crt"),
                            .key = pattern("key", settings_.key, "{name}.key"),
                            .ca = pattern("ca", settings_.ca, ""),
                            .owner = settings_.owner,
                            .group = settings_.group,
                            // Certificates are public. A group may read a key, others never.
                            .certificate_mode =
                                mode("certificate_mode", settings_.certificate_mode, 0644, 0644),
                            .key_mode = mode("key_mode", settings_.key_mode, 0600, 0640),
                            .reload = settings_.reload};
        check_names(target);
        return target;
    }

private:
    void refuse(const char* key, std::string detail) {
        check_.refuse("settings-deploy", "deploy." + settings_.name + "." + key, std::move(detail));
    }

    void check_folder() {
        if (settings_.folder.empty())
            refuse("folder", "is missing: where the files are brought");
        else if (!is_absolute_folder(settings_.folder))
            refuse("folder", fmt::format("'{}' is no absolute path", settings_.folder));
    }

    void check_account(const char* key, const std::string& account) {
        if (!account.empty() && !is_account(account))
            refuse(key, fmt::format("'{}' is no name of an account and no number", account));
    }

    // Of certificate alone an empty one is wrong; what stands in its place is never used.
    std::optional<FileNamePattern> pattern(const char* key, const std::optional<std::string>& text,
                                           const char* otherwise) {
        const std::string wanted = text.value_or(otherwise);
        const bool is_certificate = std::string_view(key) == "certificate";
        if (wanted.empty() && !is_certificate)
            return std::nullopt;
        auto parsed = FileNamePattern::parse(wanted);
        if (!parsed) {
            refuse(key, fmt::format("'{}' is no file name of letters, digits, dots, dashes and underscores, "
                                    "with {{name}} or {{serial}} for those of the certificate",
                                    wanted));
            return FileNamePattern::parse(otherwise);
        }
        return parsed;
    }

    unsigned mode(const char* key, const std::optional<std::string>& text, unsigned otherwise,
                  unsigned most) {
        if (!text)
            return otherwise;
        const auto parsed = parse_mode(*text);
        if (parsed && (*parsed & ~most) == 0 && (*parsed & 0400) != 0)
            return *parsed;
        refuse(key, fmt::format("'{}' is no mode: {:04o} at most, and readable for the owner", *text, most));
        return otherwise;
    }

    void check_names(const DeployTarget& target) {
        if (target.certificate == target.key || target.certificate == target.ca ||
            (target.key && target.key == target.ca))
            refuse("certificate", "key and ca are brought to files of their own");
        for (const std::string_view placeholder : placeholders)
            if (target.key && target.key->has(placeholder) != target.certificate.has(placeholder))
                refuse("key",
                       fmt::format("has {0} where certificate has none, or the other way round: a key would "
                                   "stand beside another's certificate",
                                   placeholder));
    }

    const DeploySettings& settings_;
    SettingsCheck& check_;
};

} // namespace

std::optional<FileNamePattern> FileNamePattern::parse(std::string_view text) {
    std::string plain(text);
    for (const std::string_view placeholder : placeholders)
        replace_all(plain, placeholder, "x");
    if (plain.empty() || text.size() > longest_pattern || plain.front() == '.' || plain.front() == '-' ||
        !std::all_of(plain.begin(), plain.end(), is_file_name_character))
        return std::nullopt;
    return FileNamePattern(text);
}

bool FileNamePattern::has(std::string_view placeholder) const {
    return text_.find(placeholder) != std::string::npos;
}

std::optional<std::string> FileNamePattern::fill_in(const std::string& name,
                                                    const std::string& serial) const {
    if (has(placeholders[0]) && encoding::to_file_name(name) != name)
        return std::nullopt;
    std::string filled = text_;
    replace_all(filled, placeholders[1], serial);
    replace_all(filled, placeholders[0], name);
    if (filled.size() > longest_file_name)
        return std::nullopt;
    return filled;
}

DeployTarget check_deploy_target(const DeploySettings& settings, SettingsCheck& check) {
    return TargetCheck(settings, check).run();
}

} // namespace mtlsca::policy

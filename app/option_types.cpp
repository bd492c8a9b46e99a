#include "command.h"

#include <charconv>

namespace mtlsca::app {
namespace {

constexpr int most_days = 36500; // a hundred years: certificates beyond 2126 are a slip of the finger

template <typename T, typename Parse>
CLI::Option* add_parsed(CLI::App& app, const std::string& name, std::optional<T>& target,
                        const std::string& description, const char* type, const char* expected, Parse parse) {
    return app
        .add_option_function<std::string>(
            name,
            [&target, name, expected, parse](const std::string& text) {
                target = parse(text);
                if (!target)
                    throw CLI::ValidationError(name, text + " is not " + expected);
            },
            description)
        ->type_name(type);
}

std::optional<Duration> parse_days(const std::string& text) {
    int days = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), days);
    if (problem != std::errc{} || end != text.data() + text.size() || days < 1 || days > most_days)
        return std::nullopt;
    return std::chrono::days(days);
}

} // namespace

CLI::Option* add_list(CLI::App& app, const std::string& name, std::vector<std::string>& target,
                      const std::string& description, const char* type) {
    // Without this CLI11 takes every word that follows, NAME too.
    return app.add_option(name, target, description)->type_name(type)->allow_extra_args(false);
}

CLI::Option* add_duration(CLI::App& app, const std::string& name, std::optional<Duration>& target,
                          const std::string& description) {
    return add_parsed(app, name, target, description, "DURATION", "a duration: 90d, 12h, 30m, 2w, 1y",
                      parse_duration);
}

CLI::Option* add_time(CLI::App& app, const std::string& name, std::optional<Time>& target,
                      const std::string& description) {
    return add_parsed(app, name, target, description, "TIME", "a time: 2026-11-21T09:30:00Z", parse_time);
}

CLI::Option* add_days(CLI::App& app, const std::string& name, std::optional<Duration>& target,
                      const std::string& description) {
    return add_parsed(app, name, target, description, "N", "a number of days from 1 to 36500", parse_days);
}

CLI::Option* add_key_type(CLI::App& app, const std::string& name, std::optional<x509::KeyType>& target,
                          const std::string& description) {
    return add_parsed(app, name, target, description, "TYPE",
                      "a key type: ec-p256, ec-p384, ec-p521, rsa-2048, rsa-3072, rsa-4096, ed25519",
                      x509::parse_key_type);
}

} // namespace mtlsca::app

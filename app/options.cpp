#include "options.h"

#include <CLI/CLI.hpp>
#include <charconv>

namespace mtlsca::app {
namespace {

constexpr int most_days = 36500; // a hundred years: certificates beyond 2126 are a slip of the finger

std::optional<Duration> parse_days(const std::string& text) {
    int days = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), days);
    if (problem != std::errc{} || end != text.data() + text.size() || days < 1 || days > most_days)
        return std::nullopt;
    return std::chrono::days(days);
}

template <typename T, typename Parse>
std::function<bool(const std::string&)> into(std::optional<T>& target, Parse parse) {
    return [&target, parse](const std::string& text) {
        target = parse(text);
        return target.has_value();
    };
}

} // namespace

Option Option::type(const char* name) const {
    option_->type_name(name);
    return *this;
}

Option Option::required() const {
    option_->required();
    return *this;
}

Option Option::one_of(std::initializer_list<const char*> values) const {
    option_->check(CLI::IsMember(std::vector<std::string>(values.begin(), values.end())));
    return *this;
}

Option Option::between(std::uint64_t least, std::uint64_t most) const {
    option_->check(CLI::Range(least, most));
    return *this;
}

Option Option::excludes(const Option& other) const {
    option_->excludes(other.option_);
    return *this;
}

Option Option::value_is_optional() const {
    option_->expected(0, 1);
    return *this;
}

bool Option::is_given() const {
    return option_->count() > 0;
}

Option Options::flag(const std::string& name, bool& target, const std::string& description) {
    return Option(parser_.add_flag(name, target, description));
}

Option Options::add(const std::string& name, std::string& target, const std::string& description) {
    return Option(parser_.add_option(name, target, description));
}

Option Options::add(const std::string& name, std::optional<std::string>& target,
                    const std::string& description) {
    return Option(parser_.add_option(name, target, description));
}

Option Options::add(const std::string& name, std::vector<std::string>& target,
                    const std::string& description) {
    return Option(parser_.add_option(name, target, description));
}

Option Options::add(const std::string& name, io::Path& target, const std::string& description) {
    return Option(parser_.add_option(name, target, description));
}

Option Options::add(const std::string& name, std::optional<io::Path>& target,
                    const std::string& description) {
    return Option(parser_.add_option(name, target, description));
}

Option Options::add(const std::string& name, std::vector<io::Path>& target, const std::string& description) {
    return Option(parser_.add_option(name, target, description));
}

Option Options::add(const std::string& name, std::optional<unsigned>& target,
                    const std::string& description) {
    return Option(parser_.add_option(name, target, description));
}

Option Options::add(const std::string& name, std::uint64_t& target, const std::string& description) {
    return Option(parser_.add_option(name, target, description));
}

Option Options::add(const std::string& name, std::optional<Duration>& target,
                    const std::string& description) {
    return parsed(name, into(target, parse_duration), "a duration: 90d, 12h, 30m, 2w, 1y", description)
        .type("DURATION");
}

Option Options::add(const std::string& name, std::optional<Time>& target, const std::string& description) {
    return parsed(name, into(target, parse_time), "a time: 2026-11-21T09:30:00Z", description).type("TIME");
}

Option Options::add(const std::string& name, std::optional<x509::KeyType>& target,
                    const std::string& description) {
    return parsed(name, into(target, x509::parse_key_type),
                  "a key type: ec-p256, ec-p384, ec-p521, rsa-2048, rsa-3072, rsa-4096, ed25519", description)
        .type("TYPE");
}

Option Options::days(const std::string& name, std::optional<Duration>& target,
                     const std::string& description) {
    return parsed(name, into(target, parse_days), "a number of days from 1 to 36500", description).type("N");
}

Option Options::list(const std::string& name, std::vector<std::string>& target,
                     const std::string& description, const char* type) {
    // Without this CLI11 takes every word that follows, NAME too.
    return Option(parser_.add_option(name, target, description)->type_name(type)->allow_extra_args(false));
}

Option Options::parsed(const std::string& name, std::function<bool(const std::string&)> take,
                       const std::string& expected, const std::string& description) {
    return Option(parser_.add_option_function<std::string>(
        name,
        [take = std::move(take), name, expected](const std::string& text) {
            if (!take(text))
                throw CLI::ValidationError(name, text + " is not " + expected);
        },
        description));
}

} // namespace mtlsca::app

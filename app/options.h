// What a command takes: its options and words, each bound to where its value goes. The one door to CLI11,
// which is header-only: compiled into every command it was two thirds of the time of a build.
//
// Wrong values are usage errors that name the option. Targets must outlive the parsing.
#pragma once

#include "io/file.h"
#include "time.h"
#include "x509/key/key.h"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace CLI { // of CLI11
class App;
class Option;
} // namespace CLI

namespace mtlsca::app {

// One of them, to say more about it.
class Option {
public:
    Option() = default;
    explicit Option(CLI::Option* option) : option_(option) {}

    Option type(const char* name) const; // what --help calls the value: FILE
    Option required() const;
    Option one_of(std::initializer_list<const char*> values) const;
    Option between(std::uint64_t least, std::uint64_t most) const;
    Option excludes(const Option& other) const;
    Option value_is_optional() const;
    bool is_given() const; // after parsing

private:
    CLI::Option* option_ = nullptr; // the parser's
};

class Options {
public:
    explicit Options(CLI::App& parser) : parser_(parser) {}

    // `name` is "--out", "-o,--out" or, for a word without option, "ID".
    Option flag(const std::string& name, bool& target, const std::string& description);
    Option add(const std::string& name, std::string& target, const std::string& description);
    Option add(const std::string& name, std::optional<std::string>& target, const std::string& description);
    Option add(const std::string& name, std::vector<std::string>& target, const std::string& description);
    Option add(const std::string& name, io::Path& target, const std::string& description);
    Option add(const std::string& name, std::optional<io::Path>& target, const std::string& description);
    Option add(const std::string& name, std::vector<io::Path>& target, const std::string& description);
    Option add(const std::string& name, std::optional<unsigned>& target, const std::string& description);
    Option add(const std::string& name, std::uint64_t& target, const std::string& description);
    Option add(const std::string& name, std::optional<Duration>& target, const std::string& description);
    Option add(const std::string& name, std::optional<Time>& target, const std::string& description);
    Option add(const std::string& name, std::optional<x509::KeyType>& target, const std::string& description);
    Option days(const std::string& name, std::optional<Duration>& target, const std::string& description);

    // May be given again and again, one value each.
    Option list(const std::string& name, std::vector<std::string>& target, const std::string& description,
                const char* type);

    // `take` says whether it could make use of the text; `expected` follows "TEXT is not".
    Option parsed(const std::string& name, std::function<bool(const std::string&)> take,
                  const std::string& expected, const std::string& description);

private:
    CLI::App& parser_;
};

} // namespace mtlsca::app

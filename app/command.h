// What a command is: options in, exit status out. One file per command, one row per command in commands.cpp.
#pragma once

#include "session.h"

#include <CLI/CLI.hpp>
#include <memory>

namespace mtlsca::app {

class Command {
public:
    virtual ~Command() = default;
    virtual void add_options(CLI::App& app) = 0;
    virtual int run(Session& session) = 0; // after parsing; throws Error
};

struct CommandRow {
    const char* name; // "issue", "crl show": words of the command line
    const char* summary;
    std::unique_ptr<Command> (*make)(); // null: a word that only groups others
};
const std::vector<CommandRow>& command_table();

template <typename T>
std::unique_ptr<Command> make_command() {
    return std::make_unique<T>();
}

// Options whose values are more than text. Wrong values are usage errors that name the option.
CLI::Option* add_list(CLI::App& app, const std::string& name, std::vector<std::string>& target,
                      const std::string& description,
                      const char* type); // may be given again and again, one value each
CLI::Option* add_duration(CLI::App& app, const std::string& name, std::optional<Duration>& target,
                          const std::string& description);
CLI::Option* add_time(CLI::App& app, const std::string& name, std::optional<Time>& target,
                      const std::string& description);
CLI::Option* add_days(CLI::App& app, const std::string& name, std::optional<Duration>& target,
                      const std::string& description);
CLI::Option* add_key_type(CLI::App& app, const std::string& name, std::optional<x509::KeyType>& target,
                          const std::string& description);

} // namespace mtlsca::app

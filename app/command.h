// What a command is: options in, exit status out. One file per command, one row per command in commands.cpp.
#pragma once

#include "options.h"
#include "session.h"

#include <memory>

namespace mtlsca::app {

class Command {
public:
    virtual ~Command() = default;
    virtual void add_options(Options& options) = 0;
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

} // namespace mtlsca::app

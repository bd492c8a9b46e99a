// The program: parses, runs the command, prints errors. The only place that catches.
#pragma once

#include "command.h"

#include <span>

namespace mtlsca::app {

int run(int argc, char** argv);

// The command line, made from the table of commands: of the commands that `words` name, or whole where they
// name none. The options of all commands cost a quarter of the time in which a certificate is issued.
struct CommandLine {
    explicit CommandLine(std::span<const char* const> words = {});
    ~CommandLine();
    std::unique_ptr<CLI::App> app;
    GlobalOptions options;
    struct Leaf {
        bool has_option(const char* option) const; // was given
        CLI::App* parser;
        std::string name; // "crl show"
        std::unique_ptr<Command> command;
    };
    std::vector<Leaf> leaves;
};

} // namespace mtlsca::app

// The program: parses, runs the command, prints errors. The only place that catches.
#pragma once

#include "command.h"

namespace mtlsca::app {

int run(int argc, char** argv);

// The whole command line, made from the table of commands.
struct CommandLine {
    CommandLine();
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

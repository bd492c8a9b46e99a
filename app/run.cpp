#include "run.h"

#include "jobs.h"
#include "standard_error.h"

#include "encoding/text.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fmt/format.h>
#include <utility>

namespace mtlsca::app {
namespace {

constexpr const char* description = "mtlsca: a private certificate authority for nginx with mutual TLS";
constexpr const char* footer =
    "Start with:  mtlsca init --name \"Acme\"\nEach command has a page: man mtlsca-issue, "
    "and its own --help. Global options stand before or after the command.";

void add_global_options(Options options, GlobalOptions& globals) {
    options.add("--home", globals.home, "The CA's folder (default: $MTLSCA_HOME, else ./ca)").type("DIR");
    options
        .add("--format", globals.format,
             "How data is printed: text or json (list: csv and index, too; status: prometheus)")
        .type("FORMAT")
        .one_of({"text", "json", "csv", "index", "prometheus"});
    options.flag("--json", globals.json, "Short for --format json");
    options
        .add("--ca-pass", globals.ca_pass,
             "Passphrase of the CA's keys: env:VAR, file:PATH, fd:N, stdin or prompt (default: "
             "$MTLSCA_CA_PASS)")
        .type("SRC");
    options.add("--lock-timeout", globals.lock_timeout, "How long to wait for other commands (default: 30s)");
}

// The parser of "crl show" below that of "crl".
CLI::App* parser_below(CLI::App& app, const CommandRow& row) {
    const std::string name = row.name;
    const std::size_t space = name.find(' ');
    if (space == std::string::npos) {
        CLI::App* parser = app.add_subcommand(name, row.summary);
        parser->require_subcommand(row.make == nullptr ? 1 : 0, 1);
        parser->footer("Each has its own --help; all of them: man mtlsca-" + name);
        return parser;
    }
    return app.get_subcommand(name.substr(0, space))->add_subcommand(name.substr(space + 1), row.summary);
}

// Whether the first word of "crl show" is among these: it may also be a value there, which costs nothing but
// time.
bool is_named(const CommandRow& row, std::span<const char* const> words) {
    const std::string_view name = std::string_view(row.name).substr(0, std::string_view(row.name).find(' '));
    return std::any_of(words.begin(), words.end(), [name](const char* word) { return name == word; });
}

bool wants_json(int argc, char** argv) {
    for (int i = 1; i < argc; ++i)
        if (std::strcmp(argv[i], "--json") == 0 || std::strcmp(argv[i], "--format=json") == 0 ||
            (std::strcmp(argv[i], "--format") == 0 && i + 1 < argc && std::strcmp(argv[i + 1], "json") == 0))
            return true;
    return false;
}

// An empty argument is an object, too.
std::string shown(const std::string& object) {
    return object.empty() ? "\"\"" : encoding::printable(object);
}

int print_error(const Error& error, bool json) {
    std::fflush(stdout);
    if (json) {
        const Json object = {{"error", error_json(error, error.hint)}};
        to_standard_error(object.dump(2, ' ', true, Json::error_handler_t::replace) + "\n");
        return static_cast<int>(error.code);
    }
    std::string text =
        fmt::format("mtlsca: error: {}: {}\n", shown(error.object), encoding::printable(error.reason));
    for (const Finding& finding : error.findings)
        text += fmt::format("  {:<8} {}: {}\n", to_string(finding.severity),
                            encoding::printable(finding.subject), encoding::printable(finding.detail));
    if (!error.hint.empty())
        text += fmt::format("mtlsca: hint: {}\n", encoding::printable(error.hint));
    to_standard_error(text);
    return static_cast<int>(error.code);
}

// The deepest command that was named: whose --help serves.
std::string named_command(const CLI::App& app) {
    for (const CLI::App* sub : app.get_subcommands())
        return sub->get_name() + " " + named_command(*sub);
    return "";
}

// CLI11 says "NAME is required"; ours are lower case and have no full stop.
std::string reason_of(const CLI::ParseError& problem) {
    std::string reason = problem.what();
    while (!reason.empty() && (reason.back() == '.' || reason.back() == '\n'))
        reason.pop_back();
    if (reason.size() > 1 && std::isupper(static_cast<unsigned char>(reason[0])) != 0 &&
        std::isupper(static_cast<unsigned char>(reason[1])) == 0)
        reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
    return reason;
}

Error usage_error(const CLI::App& app, const CLI::ParseError& problem) {
    std::string command = named_command(app);
    if (!command.empty()) {
        command.pop_back();
        if (dynamic_cast<const CLI::RequiredError*>(&problem) != nullptr)
            for (const std::string& word : app.remaining(/*recurse=*/true))
                if (!word.starts_with('-'))
                    return {Code::usage, command + " " + word, "no such command",
                            "mtlsca " + command + " --help lists them"};
        return {Code::usage, command, reason_of(problem), "mtlsca " + command + " --help"};
    }
    for (const std::string& word : app.remaining())
        if (!word.starts_with('-'))
            return {Code::usage, word, "no such command", "mtlsca --help lists them"};
    return {Code::usage, "command line", reason_of(problem), "mtlsca --help"};
}

constexpr const char* exhausted_text = "mtlsca: error: memory: is exhausted\n";
constexpr const char* exhausted_json =
    "{\"error\": {\"code\": 1, \"message\": \"memory: is exhausted\", \"hint\": null, \"findings\": []}}\n";

// Allocates nothing: there may be nothing left, and an error that was about to be printed may have been lost
// to it.
int tell_memory_is_exhausted(bool json) {
    to_standard_error(json ? exhausted_json : exhausted_text);
    return static_cast<int>(Code::failed);
}

// Memory ran out where nothing may be thrown.
[[noreturn]] void end_at_once(const char* text) {
    if (std::current_exception() != nullptr) {
        try {
            throw;
        } catch (const std::bad_alloc&) {
            to_standard_error(text);
            std::_Exit(static_cast<int>(Code::failed));
        } catch (...) { // a fault of ours
        }
    }
    std::abort();
}

// Until a command begins there is nothing to put back. CLI11 2.3 copies words where it may not throw
// (App::_find_subcommand).
void expect_nothing_begun(bool json) {
    constexpr auto in_text = [] { end_at_once(exhausted_text); };
    constexpr auto in_json = [] { end_at_once(exhausted_json); };
    std::set_terminate(json ? std::terminate_handler(in_json) : std::terminate_handler(in_text));
}

// nlohmann-json allocates while it frees (json_value::destroy, 3.11). As after a death, the next run makes
// good what was begun.
void expect_something_begun(bool json) {
    constexpr auto in_text = [] {
        end_at_once("mtlsca: error: memory: is exhausted, and nothing could be put back\n"
                    "mtlsca: hint: run the command again\n");
    };
    constexpr auto in_json = [] {
        end_at_once("{\"error\": {\"code\": 1, \"message\": \"memory: is exhausted, and nothing could be put "
                    "back\", \"hint\": \"run the command again\", \"findings\": []}}\n");
    };
    std::set_terminate(json ? std::terminate_handler(in_json) : std::terminate_handler(in_text));
}

int run_command_line(CommandLine& line, bool json) {
    // A parent was parsed as well; its children stand behind it.
    for (auto leaf = line.leaves.rbegin(); leaf != line.leaves.rend(); ++leaf) {
        if (!leaf->parser->parsed())
            continue;
        if (line.options.json && !line.options.format.empty() && line.options.format != "json")
            throw Error(Code::usage, "--json", "and --format " + line.options.format + " exclude each other");
        Session session(line.options, leaf->name);
        if ((line.options.format == "csv" || line.options.format == "index") && leaf->name != "list")
            throw Error(Code::usage, "--format " + line.options.format, "is known to list only");
        if (line.options.format == "prometheus" && leaf->name != "status")
            throw Error(Code::usage, "--format prometheus", "is known to status only");
        expect_something_begun(json);
        const int status = run_and_remember(session, *leaf);
        session.out.flush();
        return status;
    }
    throw Error(Code::usage, "command line", "no command", "mtlsca --help");
}

int parse_and_run(int argc, char** argv, bool json) {
    CommandLine line(
        std::span<const char* const>(argv, static_cast<std::size_t>(argc)).subspan(argc > 0 ? 1 : 0));
    try {
        line.app->parse(argc, argv);
        return run_command_line(line, json);
    } catch (const CLI::Success& done) { // --help and --version
        return line.app->exit(done);
    } catch (const CLI::ParseError& problem) {
        return print_error(usage_error(*line.app, problem), json);
    }
}

int run_and_tell(int argc, char** argv, bool json) {
    try {
        return parse_and_run(argc, argv, json);
    } catch (const Error& error) {
        return print_error(error, json);
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception& problem) {
        return print_error({Code::failed, "mtlsca", std::string("unexpected: ") + problem.what()}, json);
    }
}

} // namespace

bool CommandLine::Leaf::has_option(const char* option) const {
    // Not get_option_no_throw(): it copies the name, and must not throw when there is no memory for that.
    for (const CLI::Option* known : std::as_const(*parser).get_options())
        if (known->count() > 0 && known->check_name(option))
            return true;
    return false;
}

CommandLine::~CommandLine() = default;

CommandLine::CommandLine(std::span<const char* const> words)
    : app(std::make_unique<CLI::App>(description, "mtlsca")) {
    app->footer(footer);
    app->set_help_flag("-h,--help", "Print this help");
    app->set_version_flag("--version", "mtlsca " MTLSCA_VERSION, "Print the version");
    app->require_subcommand(1, 1);
    app->fallthrough();
    add_global_options(Options(*app), options);
    app->get_formatter()->column_width(34);
    const bool whole = std::none_of(command_table().begin(), command_table().end(),
                                    [&](const CommandRow& row) { return is_named(row, words); });
    for (const CommandRow& row : command_table()) {
        if (!whole && !is_named(row, words))
            continue;
        CLI::App* parser = parser_below(*app, row);
        if (row.make == nullptr)
            continue;
        parser->footer("Global options (--home, --json, --ca-pass and more): mtlsca --help");
        leaves.push_back({parser, row.name, row.make()});
        Options parameters(*parser);
        leaves.back().command->add_options(parameters);
    }
}

int run(int argc, char** argv) {
    const bool json = wants_json(argc, argv);
    expect_nothing_begun(json);
    try {
        return run_and_tell(argc, argv, json);
    } catch (const std::bad_alloc&) {
        return tell_memory_is_exhausted(json);
    }
}

} // namespace mtlsca::app

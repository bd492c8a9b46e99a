#include "commands.h"
#include "run.h"

#include "encoding/text.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace mtlsca::app {
namespace {

// What can be typed at one place of the command line.
struct Place {
    std::string path;                                          // "crl show"; empty at the top
    std::vector<std::pair<std::string, std::string>> commands; // name, summary
    std::vector<std::pair<std::string, std::string>> options;  // "--out", description
    std::vector<std::string> options_with_value;
};

void collect_options(const CLI::App& app, Place& place) {
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) {
            place.options.emplace_back("--" + name, option->get_description());
            if (option->get_expected_max() > 0)
                place.options_with_value.push_back("--" + name);
        }
    }
}

void collect(const CLI::App& app, const CLI::App& root, const std::string& path, std::vector<Place>& places) {
    Place place;
    place.path = path;
    for (const CLI::App* sub : app.get_subcommands({}))
        place.commands.emplace_back(sub->get_name(), sub->get_description());
    collect_options(app, place);
    if (&app != &root)
        collect_options(root, place);
    places.push_back(std::move(place));
    for (const CLI::App* sub : app.get_subcommands({}))
        collect(*sub, root, path.empty() ? sub->get_name() : path + " " + sub->get_name(), places);
}

std::string words(const std::vector<std::pair<std::string, std::string>>& pairs) {
    std::string text;
    for (const auto& [word, description] : pairs)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

// Options of all places that take a value: the word behind them is no command.
std::string options_with_value(const std::vector<Place>& places, std::string_view separator) {
    std::set<std::string> all;
    for (const Place& place : places)
        all.insert(place.options_with_value.begin(), place.options_with_value.end());
    return fmt::format("{}", fmt::join(all, separator));
}

std::string bash(const std::vector<Place>& places) {
    std::string cases;
    for (const Place& place : places)
        cases += fmt::format("        \"{}\") commands=\"{}\"; options=\"{}\" ;;\n", place.path,
                             words(place.commands), words(place.options));
    return fmt::format(
        R"(# bash completion for mtlsca: mtlsca completion bash > /usr/share/bash-completion/completions/mtlsca
_mtlsca() {{
    local current="${{COMP_WORDS[COMP_CWORD]}}" path="" word commands="" options="" i
    for ((i = 1; i < COMP_CWORD; i++)); do
        word="${{COMP_WORDS[i]}}"
        case "$word" in
        {}) i=$((i + 1)) ;;
        -*) ;;
        *) case " $(_mtlsca_commands "$path") " in *" $word "*) path="${{path:+$path }}$word" ;; esac ;;
        esac
    done
    case "$path" in
{}    esac
    COMPREPLY=()
    if [[ $current == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$current"))
    else
        [[ -n $commands ]] && COMPREPLY=($(compgen -W "$commands" -- "$current"))
        [[ ${{#COMPREPLY[@]}} -gt 0 ]] || COMPREPLY=($(compgen -f -- "$current"))
    fi
}}
_mtlsca_commands() {{
    local commands options
    case "$1" in
{}    esac
    echo "$commands"
}}
complete -o filenames -F _mtlsca mtlsca
)",
        options_with_value(places, " | "), cases, cases);
}

std::string zsh_words(const std::vector<std::pair<std::string, std::string>>& pairs) {
    std::string text;
    for (const auto& [word, description] : pairs) {
        std::string escaped;
        for (const char c : description)
            escaped += c == ':' ? std::string("\\:") : std::string(1, c);
        text += " " + encoding::shell_word(word + ":" + escaped);
    }
    return text;
}

std::string zsh(const std::vector<Place>& places) {
    std::string cases;
    for (const Place& place : places)
        cases += fmt::format("        '{}') commands=({}); options=({}) ;;\n", place.path,
                             zsh_words(place.commands), zsh_words(place.options));
    return fmt::format(R"(#compdef mtlsca
# zsh completion for mtlsca: mtlsca completion zsh > a folder of $fpath, as _mtlsca
_mtlsca() {{
    local place="" word i
    local -a commands options
    _mtlsca_place() {{
        case "$1" in
{}        esac
    }}
    for ((i = 2; i < CURRENT; i++)); do
        word="$words[i]"
        case "$word" in
        {}) i=$((i + 1)) ;;
        -*) ;;
        *) _mtlsca_place "$place"
           if (( ${{commands[(I)$word:*]}} )); then place="${{place:+$place }}$word"; fi ;;
        esac
    done
    commands=(); options=()
    _mtlsca_place "$place"
    if [[ $words[CURRENT] == -* ]]; then
        _describe option options
    elif (( $#commands )); then
        _describe command commands
    else
        _files
    fi
}}
_mtlsca "$@"
)",
                       cases, options_with_value(places, " | "));
}

std::string fish(const std::vector<Place>& places) {
    std::string text =
        "# fish completion for mtlsca: mtlsca completion fish > ~/.config/fish/completions/mtlsca.fish\n";
    const std::string top_commands = words(places.front().commands);
    for (const Place& place : places) {
        std::string condition = "not __fish_seen_subcommand_from " + top_commands;
        if (!place.path.empty()) {
            condition.clear();
            std::string rest = place.path;
            for (std::size_t space = rest.find(' '); !rest.empty(); space = rest.find(' ')) {
                condition += (condition.empty() ? "" : "; and ") +
                             ("__fish_seen_subcommand_from " + rest.substr(0, space));
                rest = space == std::string::npos ? "" : rest.substr(space + 1);
            }
        }
        for (const auto& [word, description] : place.commands)
            text += fmt::format("complete -c mtlsca -n {} -f -a {} -d {}\n", encoding::shell_word(condition),
                                word, encoding::shell_word(description));
        for (const auto& [option, description] : place.options)
            text += fmt::format("complete -c mtlsca -n {} -l {} -d {}\n", encoding::shell_word(condition),
                                option.substr(2), encoding::shell_word(description));
    }
    return text;
}

class Completion final : public Command {
public:
    void add_options(Options& options) override {
        options.add("SHELL", shell_, "bash, zsh or fish").required().one_of({"bash", "zsh", "fish"});
    }

    int run(Session& session) override {
        const CommandLine line;
        std::vector<Place> places;
        collect(*line.app, *line.app, "", places);
        session.out.raw(shell_ == "bash" ? bash(places) : shell_ == "zsh" ? zsh(places) : fish(places));
        return 0;
    }

private:
    std::string shell_;
};

} // namespace

std::unique_ptr<Command> make_completion() {
    return make_command<Completion>();
}

} // namespace mtlsca::app

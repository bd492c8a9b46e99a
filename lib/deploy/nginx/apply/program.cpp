#include "deploy/nginx/apply/program.h"

#include "encoding/text.h"
#include "io/process.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <set>
#include <sstream>
#include <thread>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx {
namespace {

using namespace std::chrono_literals;

// nginx reads maps of a million keys in seconds, not in minutes.
constexpr auto reload_timeout = 60s;
constexpr std::size_t small_file_max_bytes = 64UL * 1024;

// Of nginx's output the lines that say why; all of it where none does.
std::string complaint(const io::CommandOutcome& outcome) {
    std::istringstream lines(outcome.output);
    std::string text;
    for (std::string line; std::getline(lines, line);)
        if (line.find("[emerg]") != std::string::npos || line.find("[alert]") != std::string::npos)
            text += (text.empty() ? "" : "; ") + line;
    if (text.empty())
        text = fmt::format("ended with {}{}{}", outcome.status, outcome.output.empty() ? "" : ": ",
                           outcome.output);
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    std::replace(text.begin(), text.end(), '\n', ';');
    return text;
}

pid_t process_of(const std::string& pid_file) {
    const Bytes content = io::read_file(pid_file, small_file_max_bytes);
    const std::string_view text = as_text(content);
    pid_t process = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), process);
    if (problem != std::errc{} || process <= 1)
        throw Error(Code::failed, pid_file, "holds no process number", "is nginx running?");
    return process;
}

// Empty where the kernel does not tell.
std::set<pid_t> children_of(pid_t process) {
    std::set<pid_t> children;
    try {
        const Bytes content =
            io::read_file(fmt::format("/proc/{0}/task/{0}/children", process), small_file_max_bytes);
        std::istringstream numbers{std::string(as_text(content))};
        for (pid_t child = 0; numbers >> child;)
            children.insert(child);
    } catch (const Error&) {
    }
    return children;
}

bool has_new_worker(pid_t process, const std::set<pid_t>& before) {
    const std::set<pid_t> now = children_of(process);
    return std::any_of(now.begin(), now.end(), [&](pid_t child) { return !before.contains(child); });
}

void reload_process(const std::string& pid_file) {
    const pid_t process = process_of(pid_file);
    const std::set<pid_t> before = children_of(process);
    if (::kill(process, SIGHUP) != 0)
        io::fail(pid_file, fmt::format("send SIGHUP to process {}", process), errno);
    if (before.empty())
        return;
    const auto end = std::chrono::steady_clock::now() + reload_timeout;
    while (!has_new_worker(process, before)) {
        if (std::chrono::steady_clock::now() > end)
            throw Error(Code::failed, fmt::format("nginx, process {}", process),
                        "got SIGHUP and started no new workers", "its error log says why");
        std::this_thread::sleep_for(10ms); // between two looks
    }
}

} // namespace

// Users' PATH lacks /usr/sbin on Debian. What was given may be a command with arguments.
std::string Program::command(const std::string& arguments) const {
    const std::string conf =
        target_.configuration.empty() ? "" : " -c " + encoding::shell_word(target_.configuration);
    return "PATH=$PATH:/usr/sbin; " + (target_.nginx.empty() ? "nginx" : target_.nginx) + conf + arguments;
}

io::Path Program::configuration() const {
    if (!target_.configuration.empty())
        return target_.configuration;
    const std::string said = io::run_and_read(command(" -V")).output;
    constexpr std::string_view option = "--conf-path=";
    const std::size_t begin = said.find(option);
    if (begin == std::string::npos)
        return "/etc/nginx/nginx.conf";
    const std::size_t from = begin + option.size();
    return said.substr(from, said.find_first_of(" \n'", from) - from);
}

std::optional<Version> Program::version() const {
    const io::CommandOutcome outcome = io::run_and_read(command(" -v"));
    return outcome.status == 0 ? parse_version(outcome.output.substr(0, outcome.output.find('\n')))
                               : std::nullopt;
}

void Program::test() const {
    const io::CommandOutcome outcome = io::run_and_read(command(" -t"));
    if (outcome.status != 0)
        throw Error(Code::failed, "nginx -t", complaint(outcome),
                    "the folders are as they were; mtlsca nginx check says more");
}

void Program::reload() const {
    if (!target_.pid_file.empty())
        return reload_process(target_.pid_file);
    const std::string command = target_.reload.empty() ? this->command(" -s reload") : target_.reload;
    const io::CommandOutcome outcome = io::run_and_read(command);
    if (outcome.status != 0)
        throw Error(Code::failed, target_.reload.empty() ? "nginx -s reload" : target_.reload,
                    complaint(outcome), "is nginx running? --no-reload leaves telling it to you");
}

} // namespace mtlsca::deploy::nginx

#include "commands.h"
#include "nginx_dump.h"

#include "deploy/nginx/apply/program.h"
#include "deploy/nginx/check/judge.h"

#include <algorithm>
#include <charconv>
#include <unistd.h>

namespace mtlsca::app {
namespace {

namespace nginx = deploy::nginx;
namespace check = deploy::nginx::check;

// "… in /etc/nginx/nginx.conf:12", as nginx ends its messages; the rest of the message is `text` then.
nginx::Place place_in(std::string& text, const io::Path& otherwise) {
    const std::size_t in = text.rfind(" in /"), colon = text.rfind(':');
    unsigned line = 0;
    if (in != std::string::npos && colon != std::string::npos && colon > in &&
        std::from_chars(text.data() + colon + 1, text.data() + text.size(), line).ec == std::errc{}) {
        const auto file = std::make_shared<const io::Path>(text.substr(in + 4, colon - in - 4));
        text.resize(in);
        return {file, line};
    }
    return {std::make_shared<const io::Path>(otherwise), 0};
}

// A person who is not root cannot open nginx's logs and keys: that says nothing of the configuration.
check::Finding finding_of(std::string text, bool is_fatal, const io::Path& main) {
    const bool is_about_us = ::geteuid() != 0 && text.find("Permission denied") != std::string::npos;
    check::Finding finding;
    finding.place = place_in(text, main);
    finding.effect = (is_about_us ? "not tested: "
                      : is_fatal  ? "nginx does not start: "
                                  : "nginx warns: ") +
                     text;
    finding.severity = is_about_us || !is_fatal ? Severity::note : Severity::error;
    finding.id = is_about_us ? "nginx-untested" : is_fatal ? "nginx-refuses" : "nginx-warns";
    finding.fix = is_about_us ? "run mtlsca nginx check as root" : "nginx -t tells when it is right";
    return finding;
}

// "nginx: [emerg] 123#123: text" → "text": in the main process the numbers are missing.
std::string without_process(const std::string& text) {
    const std::size_t end = text.find(": ");
    const bool has_numbers = end != std::string::npos && text.find_first_not_of("0123456789#") == end;
    return has_numbers ? text.substr(end + 2) : text;
}

check::Findings findings_of(const std::string& messages, const io::Path& main) {
    check::Findings findings;
    for (std::size_t begin = 0; begin < messages.size();) {
        const std::size_t end = std::min(messages.find('\n', begin), messages.size());
        const std::string line = messages.substr(begin, end - begin);
        begin = end + 1;
        for (const std::string_view level : {"[emerg] ", "[warn] "})
            if (const std::size_t at = line.find(level); at != std::string::npos)
                findings.push_back(finding_of(without_process(line.substr(at + level.size())),
                                              level == std::string_view("[emerg] "), main));
    }
    return findings;
}

class NginxCheck final : public Command {
public:
    void add_options(Options& options) override {
        options.add("CONF", main_,
                    "nginx.conf, or a file for the inside of http { } or server { } (default: what nginx "
                    "reads)");
        options.add("--nginx-version", version_, "Of the nginx that will read it (default: ask nginx -v)")
            .type("VERSION");
        options.flag("--files", only_files_, "Read the files and don't run nginx");
    }

    int run(Session& session) override {
        const nginx::Program program({});
        const auto installed = only_files_ ? std::nullopt : program.version();
        const auto version = target_version(installed);
        const io::Path main =
            main_.empty() ? program.configuration() : std::filesystem::absolute(main_).lexically_normal();
        const nginx::DiskFiles disk;
        if (!disk.read(main))
            throw Error(Code::not_found, main, "there is no such configuration",
                        "name the file: mtlsca nginx check CONF");
        nginx::Configuration configuration = nginx::read_configuration(main, disk);
        check::Findings told;
        if (installed && !check::is_fragment(configuration))
            told = ask_nginx(main, configuration);
        check::Findings findings =
            check::judge(configuration, {disk, main.parent_path(), session.now(), version});
        add_what_is_new(told, findings);
        print(session, main, version, findings);
        return static_cast<int>(check::status_of(findings));
    }

private:
    std::optional<nginx::Version> target_version(const std::optional<nginx::Version>& installed) const {
        if (version_.empty())
            return installed;
        const auto version = nginx::parse_version(version_);
        if (!version)
            throw Error(Code::usage, "--nginx-version", version_ + " is not a version: 1.22.1");
        return version;
    }

    // What nginx read takes the place of what we read, where nginx is content with it.
    check::Findings ask_nginx(const io::Path& main, nginx::Configuration& configuration) const {
        const NginxDump dump = dump_nginx(main);
        if (dump.is_accepted) {
            const nginx::DumpedFiles files(dump.text);
            if (files.read(main))
                configuration = nginx::read_configuration(main, files);
        }
        return findings_of(dump.messages, main);
    }

    // nginx stops at its first error; where we say the same of the same line, ours tells more.
    static void add_what_is_new(const check::Findings& told, check::Findings& findings) {
        for (auto one = told.rbegin(); one != told.rend(); ++one) {
            const auto is_known = [&](const check::Finding& finding) {
                return finding.severity == Severity::error &&
                       nginx::to_string(finding.place) == nginx::to_string(one->place);
            };
            if (std::none_of(findings.begin(), findings.end(), is_known))
                findings.insert(findings.begin(), *one);
        }
    }

    static void print(Session& session, const io::Path& main, const std::optional<nginx::Version>& version,
                      const check::Findings& findings) {
        if (session.json()) {
            Json list = Json::array();
            for (const check::Finding& finding : findings)
                list.push_back(
                    {{"id", finding.id},
                     {"severity", to_string(finding.severity)},
                     {"file", finding.place.file ? Json(finding.place.file->string()) : Json(nullptr)},
                     {"line", finding.place.line == 0 ? Json(nullptr) : Json(finding.place.line)},
                     {"effect", finding.effect},
                     {"fix", finding.fix}});
            session.out.json({{"configuration", main.string()},
                              {"nginx_version", version ? Json(nginx::to_string(*version)) : Json(nullptr)},
                              {"findings", std::move(list)}});
            return;
        }
        std::array<std::uint64_t, 3> counts{};
        for (const check::Finding& finding : findings) {
            ++counts.at(static_cast<std::size_t>(finding.severity));
            session.out.line(to_string(finding.place) + ": " + to_string(finding.severity) + ": " +
                             finding.id);
            session.out.line("    " + finding.effect);
            session.out.line("    fix: " + finding.fix);
        }
        session.out.line(main.string() + ": " + count_of(counts[2], "error") + ", " +
                         count_of(counts[1], "warning") + ", " + count_of(counts[0], "note"));
    }

    std::string main_, version_;
    bool only_files_ = false;
};

} // namespace

std::unique_ptr<Command> make_nginx_check() {
    return make_command<NginxCheck>();
}

} // namespace mtlsca::app

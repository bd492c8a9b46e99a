#include "deploy/schedule/installation.h"
#include "deploy/schedule/words.h"
#include "deploy/template.h"
#include "encoding/text.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mtlsca::deploy::schedule {
namespace {

using nlohmann::json;

struct Job {
    const char* name; // "crl"
    const char* what;
    Words words;
    bool needs_key;
    bool has_network;
    const char* timeout;
    const char* calendar;
    const char* delay;
    const char* why;
};

std::vector<Job> jobs(const Options& options) {
    if (!options.ocsp_presigned.empty())
        return {}; // of a CA that is not there
    const bool told_elsewhere = options.apply || !options.on_change.empty();
    std::vector<Job> all{
        {"crl", "publishes CRLs that are due", crl_words(options), true, told_elsewhere, "15min", "hourly",
         "10min",
         "A CRL that is due has a day of tries before it is critical, and what was revoked with --no-crl "
         "waits an hour."},
        {"renew", "renews certificates that are due", renew_words(options), true, true, "2h", "daily", "4h",
         "Certificates are due when a third of their lifetime is left: weeks of tries."},
        {"status", "looks whether the CA is well", status_words(options), false, false, "15min",
         "*-*-* *:30:00", "10min", "What the CRL's hourly run could not do is seen half an hour later."}};
    if (options.presigns_rows || !options.presigned_files.empty())
        all.push_back(
            {"presign", "signs OCSP answers beforehand", presign_words(options), true, false, "2h",
             "*-*-* *:15:00", "10min",
             "What was revoked is answered with tryLater, or with what was true before, until then."});
    return all;
}

bool is_below(const io::Path& path, const char* folder) {
    const io::Path relative = path.lexically_relative(folder);
    return !relative.empty() && *relative.begin() != "..";
}

void add_once(std::vector<io::Path>& paths, const io::Path& path) {
    if (std::find(paths.begin(), paths.end(), path) == paths.end())
        paths.push_back(path);
}

bool runs_as_root(const Options& options, const Job& job) {
    return options.apply && job.name == std::string_view("crl");
}

std::vector<io::Path> writable_folders(const Options& options, const Job& job) {
    std::vector<io::Path> folders{options.home};
    // A folder that may be written is a mount point here, and cannot be exchanged for another: the one above
    // it is named then.
    for (const io::Path& folder : options.site_folders)
        add_once(folders, runs_as_root(options, job) ? folder.parent_path() : folder);
    if (job.name == std::string_view("status"))
        add_once(folders, options.metrics.parent_path());
    if (job.name == std::string_view("presign") && !options.presigned_files.empty())
        add_once(folders, options.presigned_files);
    if (job.name == std::string_view("renew"))
        for (const io::Path& folder : options.deploy_folders)
            add_once(folders, folder);
    for (const io::Path& folder : options.writable)
        add_once(folders, folder);
    if (runs_as_root(options, job))
        for (const char* folder : {"/run", "/var/log/nginx", "/var/lib/nginx"})
            add_once(folders, folder);
    return folders;
}

json paths_json(const char* key, const std::vector<io::Path>& paths) {
    json array = json::array();
    for (const io::Path& path : paths)
        array.push_back({{key, path.string()}});
    return array;
}

// A folder other than the CA's that is gone must not keep the CRL from being made: "-" lets it be missing.
json folders_json(const Options& options, const std::vector<io::Path>& folders) {
    json array = json::array();
    for (const io::Path& folder : folders)
        array.push_back({{"folder", (folder == options.home ? "" : "-") + folder.string()}});
    return array;
}

std::string command_line(const Options& options, const Job& job) {
    std::string line = unit_word(options.program) + " --home " + unit_word(options.home);
    if (job.needs_key && !options.passphrase_file.empty())
        line += " --ca-pass file:%d/ca-pass"; // the folder of the service's credentials, systemd.unit(5)
    for (const std::string& word : job.words)
        line += " " + unit_word(word);
    return line;
}

std::string documentation(const Job& job) {
    const std::string_view name = job.name;
    return fmt::format("man:mtlsca-{}(1) man:mtlsca-schedule(1)", name == "presign" ? "ocsp" : name);
}

std::string service_text(const Options& options, const Job& job) {
    const std::vector<io::Path> folders = writable_folders(options, job);
    json passphrase = json::array(), failure = json::array();
    if (job.needs_key && !options.passphrase_file.empty())
        passphrase.push_back({{"file", options.passphrase_file.string()}});
    if (!options.on_failure.empty())
        failure.push_back({{"unit", options.on_failure}});
    const bool is_root = runs_as_root(options, job);
    json values{{"description", fmt::format("{} {}", options.name, job.what)},
                {"documentation", documentation(job)},
                {"home", options.home.string()},
                {"on_failure", failure},
                {"user", is_root ? "root" : options.user},
                {"command", command_line(options, job)},
                {"is_status", job.name == std::string_view("status")},
                {"passphrase", passphrase},
                {"timeout", job.timeout},
                {"writable", folders_json(options, folders)},
                {"is_root", is_root},
                {"has_network", job.has_network}};
    add_homes(values, options, folders);
    return render("systemd/job.service", values);
}

std::string timer_text(const Options& options, const Job& job) {
    return render("systemd/job.timer", {{"description", fmt::format("{} {}", options.name, job.what)},
                                        {"documentation", documentation(job)},
                                        {"why", job.why},
                                        {"calendar", job.calendar},
                                        {"delay", job.delay}});
}

std::vector<io::Path> watched_paths(const Options& options) {
    std::vector<io::Path> paths{options.home / "crl/bundle.pem"};
    for (const io::Path& folder : options.site_folders)
        for (const char* name : {"bundle.pem", "chain.pem", "maps"})
            paths.push_back(folder / name);
    return paths;
}

void add_nginx_units(const Options& options, const std::string& command, std::vector<File>& files) {
    const std::string description = options.name + " reloads nginx when CRLs or maps are new";
    const std::string manual = "man:mtlsca-schedule(1)";
    const std::string unit = options.name + "-nginx.service";
    files.push_back({unit, signed_text(render("systemd/nginx.service", {{"description", description},
                                                                        {"documentation", manual},
                                                                        {"systemctl", "/usr/bin/systemctl"}}),
                                       command)});
    files.push_back(
        {options.name + "-nginx.path",
         signed_text(render("systemd/nginx.path", {{"description", description},
                                                   {"documentation", manual},
                                                   {"watched", paths_json("path", watched_paths(options))},
                                                   {"unit", unit}}),
                     command)});
}

bool reloads_by_path(const Options& options) {
    return !options.apply && options.on_change.empty() && options.ocsp_presigned.empty();
}

} // namespace

bool is_hidden(const io::Path& path) {
    return is_below(path, "/home") || is_below(path, "/root") || is_below(path, "/run/user");
}

void add_homes(json& values, const Options& options, const std::vector<io::Path>& folders) {
    std::vector<io::Path> bound;
    std::copy_if(folders.begin(), folders.end(), std::back_inserter(bound), is_hidden);
    const bool shown = !bound.empty() || is_hidden(options.program);
    json homes = json::array(), programs = json::array();
    if (is_hidden(options.program))
        programs.push_back({{"file", options.program.string()}});
    if (shown)
        homes.push_back({{"bind", folders_json(options, bound)}, {"bind_read_only", programs}});
    values["hidden_homes"] = !shown;
    values["shown_homes"] = homes;
}

std::vector<File> systemd_units(const Options& options) {
    check_options(options);
    const std::string command = command_again(options, "systemd");
    std::vector<File> files;
    for (const Job& job : jobs(options)) {
        const std::string name = fmt::format("{}-{}", options.name, job.name);
        files.push_back({name + ".service", signed_text(service_text(options, job), command)});
        files.push_back({name + ".timer", signed_text(timer_text(options, job), command)});
    }
    if (reloads_by_path(options))
        add_nginx_units(options, command, files);
    for (File& file : ocsp_units(options, command))
        files.push_back(std::move(file));
    return files;
}

std::vector<std::string> units_to_enable(const Options& options) {
    std::vector<std::string> units;
    for (const Job& job : jobs(options))
        units.push_back(fmt::format("{}-{}.timer", options.name, job.name));
    if (reloads_by_path(options))
        units.push_back(options.name + "-nginx.path");
    for (std::string& unit : ocsp_units_to_enable(options))
        units.push_back(std::move(unit));
    return units;
}

} // namespace mtlsca::deploy::schedule

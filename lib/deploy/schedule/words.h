// What may stand in units and in cron's files, and how. Internal to this folder.
#pragma once

#include "deploy/schedule/schedule.h"

#include <nlohmann/json_fwd.hpp>

namespace mtlsca::deploy::schedule {

// Error(refused) with every finding.
void check_options(const Options& options);

// A word of ExecStart=: quoted where it must be; %, $ and backslashes are doubled (systemd.service(5)).
std::string unit_word(const std::string& text);
// A word of a command in a crontab: for the shell, and % escaped, which cron takes for the end (crontab(5)).
std::string cron_word(const std::string& text);

// What writes the same files again, in one line: "systemd", "cron".
std::string command_again(const Options& options, const std::string& form);

// The words behind the program's name and --home.
using Words = std::vector<std::string>;
Words crl_words(const Options& options);
Words renew_words(const Options& options);
Words status_words(const Options& options);
Words presign_words(const Options& options);

// What lies below /home, /root and /run/user is hidden by ProtectHome=; these let it be seen.
bool is_hidden(const io::Path& path);
// The values "hidden_homes" and "shown_homes" of a service's template.
void add_homes(nlohmann::json& values, const Options& options, const std::vector<io::Path>& folders);

// NAME-ocsp.service and its sockets; none where `ocsp serve` is not wanted.
std::vector<File> ocsp_units(const Options& options, const std::string& command);
std::vector<std::string> ocsp_units_to_enable(const Options& options);

} // namespace mtlsca::deploy::schedule

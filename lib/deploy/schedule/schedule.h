// Timers that keep a CA alive: its CRLs, its renewals and its state, as units of systemd or lines of cron.
//
// systemd: NAME-crl, NAME-renew and NAME-status, each a hardened service under the CA's own user and its
// timer. That user can't reload nginx. So NAME-nginx.path, which root installs, watches what the CA publishes
// and reloads nginx by a fixed command; with `apply` the crl service runs as root instead and brings it into
// nginx itself. NAME-ocsp is no timer: systemd listens for it and starts it; NAME-presign signs answers
// beforehand.
#pragma once

#include "io/file.h"

namespace mtlsca::deploy::schedule {

struct Options {
    std::string name = "mtlsca"; // of the units and of cron's file: a word
    std::string user;            // as whom the jobs run
    io::Path program, home;      // absolute
    io::Path passphrase_file;    // absolute; empty: the keys have none
    bool apply = false;
    std::string on_change;                  // for `crl`; empty: none
    std::vector<std::string> renew_options; // words after `renew`
    std::vector<io::Path> site_folders;     // that nginx reads
    std::vector<io::Path> deploy_folders;   // of targets in the settings, for `renew`
    std::vector<io::Path> writable;         // more folders that jobs write to
    io::Path metrics;                       // where `status` writes for Prometheus
    std::vector<std::string> ocsp;          // where `ocsp serve` listens: "127.0.0.1:8889", "unix:/path"
    std::vector<std::string> ocsp_metrics;  // where it is watched
    io::Path ocsp_presigned;                // absolute; from these files alone, on a host without a CA
    bool presigns_rows = false;             // signs beforehand what that service then answers without a key
    io::Path presigned_files;               // absolute; signs beforehand what is brought elsewhere
    std::string on_failure;                 // a unit; empty: none
    std::string mail_to = "root";           // cron
    std::vector<std::string> given;         // options that make the same files again
};

struct File {
    std::string name; // "mtlsca-crl.service"
    std::string text; // the first line says who wrote it, and the digest of the rest
};

// Words between spaces, with the quotes of a shell: '…' as it stands, "…" and a backslash before what is
// meant as it is; nothing is put in for variables. Error(usage) for a quote that has no end.
std::vector<std::string> split_words(const std::string& text);

// Error(refused) with every finding for names, users and paths that cannot stand in such files.
std::vector<File> systemd_units(const Options& options);
File cron_file(const Options& options);
// What to enable: "mtlsca-crl.timer", …
std::vector<std::string> units_to_enable(const Options& options);

} // namespace mtlsca::deploy::schedule

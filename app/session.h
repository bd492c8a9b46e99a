// One run of the program: global options, the CA it works on, and where its words go.
#pragma once

#include "authority/ca.h"
#include "output.h"

namespace mtlsca::app {

struct GlobalOptions {
    std::string home;   // --home, else MTLSCA_HOME, else ./ca
    std::string format; // "", "text", "json"; `list` knows more
    bool json = false;
    std::optional<Duration> lock_timeout;
    std::string ca_pass; // SRC
};

class Session {
public:
    Session(GlobalOptions options, std::string command);

    bool json() const { return options_.json || options_.format == "json"; }
    const std::string& format() const { return options_.format; }
    const io::Path& home() const { return home_; }
    const std::string& command() const { return command_; }
    Time now() const { return clock_.now(); }
    Duration lock_timeout() const { return options_.lock_timeout.value_or(std::chrono::seconds(30)); }

    // `needs_settings`: see authority::Ca::Access.
    authority::Ca open_ca(store::Database::Access access, bool needs_settings = true);
    authority::Run run() { return {clock_, serials_, command_, io_actor_}; }

    // Secrets by their SRC: the option, else the environment's default (MTLSCA_…_PASS), else a prompt where
    // there is a terminal. Error(secret) otherwise.
    Secret ca_passphrase(bool confirm = false) const;
    std::optional<Secret> key_passphrase(const std::string& source,
                                         bool confirm = false) const; // none: nothing said
    Secret p12_passphrase(const std::string& source) const;

    // Standard input is read once: a second taker is Error(usage).
    void take_stdin(const std::string& what) const;

    Output out;
    // Of a command that a timer runs, as the database said when the command had opened it (jobs.h); empty:
    // not looked.
    std::optional<bool> job_was_failing;

private:
    void warn_of_clock(const authority::Ca& ca) const;
    struct SecretUse {
        const char* what;
        const char* option;
        const char* variable;
    };
    Secret read(const SecretUse& use, const std::string& source, bool confirm) const;

    mutable std::string stdin_taken_by_;
    GlobalOptions options_;
    io::Path home_;
    std::string command_;
    std::string io_actor_;
    SystemClock clock_;
    x509::RandomSerials serials_;
};

// The file a certificate of this name goes to, in `folder`: "alice" → folder/alice.crt. Names become safe
// file names.
io::Path file_of(const io::Path& folder, const std::string& name, const char* extension);

// Findings that don't refuse: told on standard error.
void tell(const Findings& findings);

} // namespace mtlsca::app

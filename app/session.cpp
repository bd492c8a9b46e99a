#include "session.h"

#include "authority/health/clock.h"
#include "encoding/text.h"
#include "io/process.h"
#include "io/secret_source.h"

#include <cstdlib>

namespace mtlsca::app {
namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

// The option wins over the environment's default, which wins over asking.
std::string source_of(const std::string& option, const char* variable) {
    if (!option.empty())
        return option;
    std::string source = environment(variable);
    if (source.empty() && io::has_terminal())
        source = "prompt";
    return source;
}

} // namespace

Session::Session(GlobalOptions options, std::string command)
    : options_(std::move(options)), command_(std::move(command)), io_actor_(io::actor()) {
    home_ = !options_.home.empty() ? options_.home : environment("MTLSCA_HOME");
    if (home_.empty())
        home_ = "ca";
    tell_in_json(json());
}

authority::Ca Session::open_ca(store::Database::Access access, bool needs_settings) {
    authority::Ca::Access how;
    how.database = access;
    how.needs_settings = needs_settings;
    if (options_.lock_timeout)
        how.lock_timeout = *options_.lock_timeout;
    how.passphrase = [this] { return ca_passphrase(); };
    authority::Ca ca = authority::Ca::open(home_, std::move(how));
    if (access == store::Database::Access::write)
        warn_of_clock(ca);
    return ca;
}

void Session::warn_of_clock(const authority::Ca& ca) const {
    const Duration tolerance = ca.crl_times(ca.issuing()).backdate; // clocks differ by as much
    if (const auto doubt = authority::judge_clock(ca.database(), now(), tolerance))
        tell({*doubt});
}

void Session::take_stdin(const std::string& what) const {
    if (!stdin_taken_by_.empty())
        throw Error(Code::usage, "standard input",
                    "can be read once only, and is taken by " + stdin_taken_by_,
                    "take " + what + " from somewhere else: a passphrase from env:VAR, file:PATH or fd:N");
    stdin_taken_by_ = what;
}

Secret Session::read(const SecretUse& use, const std::string& source, bool confirm) const {
    if (source.empty())
        throw Error(Code::secret, use.what, "is needed and there is no terminal to ask for it",
                    std::string("say where it comes from: ") + use.option +
                        " env:VAR, file:PATH, fd:N or stdin");
    if (source == "stdin")
        take_stdin(use.what);
    return io::read_secret(source, use.what, use.option, confirm);
}

Secret Session::ca_passphrase(bool confirm) const {
    const SecretUse use{"the passphrase of the CA's keys", "--ca-pass", "MTLSCA_CA_PASS"};
    return read(use, source_of(options_.ca_pass, use.variable), confirm);
}

std::optional<Secret> Session::key_passphrase(const std::string& source, bool confirm) const {
    const SecretUse use{"the passphrase of the key", "--key-pass", "MTLSCA_KEY_PASS"};
    const std::string chosen = source.empty() ? environment(use.variable) : source;
    if (chosen.empty())
        return std::nullopt;
    return read(use, chosen, confirm);
}

Secret Session::p12_passphrase(const std::string& source) const {
    const SecretUse use{"the passphrase of the PKCS#12 file", "--p12-pass", "MTLSCA_P12_PASS"};
    return read(use, source_of(source, use.variable), /*confirm=*/true);
}

io::Path file_of(const io::Path& folder, const std::string& name, const char* extension) {
    return (folder / (encoding::to_file_name(name) + extension)).lexically_normal();
}

void tell(const Findings& findings) {
    for (const Finding& finding : findings) {
        const std::string text =
            finding.subject.empty() ? finding.detail : finding.subject + ": " + finding.detail;
        finding.severity == Severity::note ? note(text) : warn(text);
    }
}

} // namespace mtlsca::app

#include "session.h"

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

Secret read_required(const std::string& option_value, const char* variable, const std::string& what,
                     const std::string& option, bool confirm) {
    const std::string source = source_of(option_value, variable);
    if (source.empty())
        throw Error(Code::secret, what, "is needed and there is no terminal to ask for it",
                    "say where it comes from: " + option + " env:VAR, file:PATH, fd:N or stdin");
    return io::read_secret(source, what, option, confirm);
}

} // namespace

Session::Session(GlobalOptions options, std::string command)
    : options_(std::move(options)), command_(std::move(command)), io_actor_(io::actor()) {
    home_ = !options_.home.empty() ? options_.home : environment("MTLSCA_HOME");
    if (home_.empty())
        home_ = "ca";
    tell_in_json(json());
}

authority::Ca Session::open_ca(store::Database::Access access) {
    authority::Ca::Access how;
    how.database = access;
    if (options_.lock_timeout)
        how.lock_timeout = *options_.lock_timeout;
    how.passphrase = [this] { return ca_passphrase(); };
    return authority::Ca::open(home_, std::move(how));
}

Secret Session::ca_passphrase(bool confirm) const {
    return read_required(options_.ca_pass, "MTLSCA_CA_PASS", "the passphrase of the CA's keys", "--ca-pass",
                         confirm);
}

void Session::refuse_stdin_for_passphrase(const std::string& taken_by) const {
    if (source_of(options_.ca_pass, "MTLSCA_CA_PASS") == "stdin")
        throw Error(Code::usage, "--ca-pass stdin", "standard input is taken by " + taken_by,
                    "take the passphrase from env:VAR, file:PATH or fd:N");
}

std::optional<Secret> Session::key_passphrase(const std::string& source) const {
    const std::string chosen = source.empty() ? environment("MTLSCA_KEY_PASS") : source;
    if (chosen.empty())
        return std::nullopt;
    return io::read_secret(chosen, "the passphrase of the key", "--key-pass");
}

Secret Session::p12_passphrase(const std::string& source) const {
    return read_required(source, "MTLSCA_P12_PASS", "the passphrase of the PKCS#12 file", "--p12-pass", true);
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

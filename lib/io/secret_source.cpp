#include "io/secret_source.h"

#include "error.h"
#include "io/terminal.h"

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace mtlsca::io {
namespace {

// No passphrase is longer, and a device or an endless pipe must not fill the memory.
constexpr std::size_t longest_secret = 64UL * 1024;

// For whom a secret is read: what every message about it needs.
struct Purpose {
    const std::string& what;
    const std::string& option;

    [[noreturn]] void fail(const std::string& reason) const {
        throw Error(Code::secret, what, reason,
                    "give it with " + option + " env:VAR, file:PATH, fd:N, stdin or prompt");
    }
    [[noreturn]] void fail(const std::string& reason, int problem) const {
        fail(reason + ": " + reason_of(problem));
    }
};

Secret read_descriptor(int descriptor, const std::string& name, const Purpose& purpose) {
    if (::isatty(descriptor) != 0)
        purpose.fail(name + " is a terminal, which would show it");
    Secret secret(longest_secret + 1);
    const ssize_t got = read_up_to(descriptor, secret.data(), secret.size());
    if (got < 0)
        purpose.fail("cannot read " + name, errno);
    if (static_cast<std::size_t>(got) > longest_secret)
        purpose.fail(name + " holds more than " + std::to_string(longest_secret) + " bytes");
    secret.truncate(static_cast<std::size_t>(got));
    return secret;
}

Secret read_variable(const std::string& name, const Purpose& purpose) {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr)
        purpose.fail("the variable " + name + " is not set");
    return Secret(std::string_view(value));
}

Secret read_path(const std::string& path, const Purpose& purpose) {
    // Without O_NONBLOCK a FIFO that nobody writes would hang the command. One that somebody writes is how a
    // shell hands over "file:<(pass show ca)", and is read to its end.
    const Descriptor file = open_at(AT_FDCWD, path, O_RDONLY | O_NONBLOCK);
    struct stat status {};
    if (!file || ::fstat(file.number(), &status) != 0)
        purpose.fail("cannot open " + path, errno);
    if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode))
        purpose.fail(path + " is a " + kind_of(status.st_mode) + ", not a file");
    return read_descriptor(file.number(), path, purpose);
}

Secret read_prompt(bool confirm, const Purpose& purpose) {
    const Descriptor terminal = open_terminal();
    if (!terminal)
        purpose.fail("there is no terminal to ask for it");
    Secret secret = ask(terminal, purpose.what + ": ");
    if (confirm && !secret.empty() && ask(terminal, purpose.what + " again: ").view() != secret.view())
        purpose.fail("the two entries differ");
    return secret;
}

std::optional<int> descriptor_number(std::string_view text) {
    int number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{} || end != text.data() + text.size() || number < 0)
        return std::nullopt;
    return number;
}

// The source itself is never named: it may be the passphrase, given where its source belongs.
[[noreturn]] void refuse_source(const std::string& option, const std::string& reason) {
    throw Error(Code::usage, option, reason, "give env:VAR, file:PATH, fd:N, stdin or prompt");
}

Secret read_raw(const std::string& source, bool confirm, const Purpose& purpose) {
    const std::size_t colon = source.find(':');
    const std::string kind = source.substr(0, colon);
    const std::string rest = colon == std::string::npos ? std::string() : source.substr(colon + 1);
    if (source == "prompt")
        return read_prompt(confirm, purpose);
    if (source == "stdin")
        return read_descriptor(STDIN_FILENO, "standard input", purpose);
    if (kind == "pass")
        refuse_source(purpose.option,
                      "a passphrase on the command line can be read by every user of the machine");
    if (kind == "env" && !rest.empty())
        return read_variable(rest, purpose);
    if (kind == "file" && !rest.empty())
        return read_path(rest, purpose);
    const auto number = kind == "fd" ? descriptor_number(rest) : std::nullopt;
    if (!number)
        refuse_source(purpose.option, "is not a source of a secret");
    return read_descriptor(*number, source, purpose);
}

} // namespace

Secret read_secret(const std::string& source, const std::string& what, const std::string& option,
                   bool confirm) {
    const Purpose purpose{what, option};
    Secret secret = read_raw(source, confirm, purpose);
    if (secret.view().ends_with('\n'))
        secret.truncate(secret.size() - 1);
    if (secret.empty())
        purpose.fail("it is empty");
    // openssl takes the first line of a file only, so one passphrase would become two.
    if (secret.view().find_first_of(std::string_view("\n\0", 2)) != std::string_view::npos)
        purpose.fail("it holds more than one line, or a NUL");
    return secret;
}

bool has_terminal() {
    return static_cast<bool>(open_terminal());
}

} // namespace mtlsca::io

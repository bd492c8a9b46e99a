#include "deploy/schedule/words.h"

#include "encoding/text.h"
#include "error.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace mtlsca::deploy::schedule {
namespace {

bool is_one_of(char c, std::string_view more) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           more.find(c) != std::string_view::npos;
}

bool consists_of(std::string_view text, std::string_view more) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [more](char c) { return is_one_of(c, more); });
}

// Settings that take a path split it at spaces or take colons, quotes and % for syntax, each in its own way:
// a path that needs none of them needs no escape either.
bool is_plain_path(const io::Path& path) {
    return path.is_absolute() && consists_of(path.string(), "/._@+=,~-");
}

// An address and a port, without names.
bool is_numeric(std::string_view address) {
    return address.find_first_not_of("0123456789abcdefABCDEF.:[]") == std::string_view::npos;
}

class Check {
public:
    void path(const char* subject, const io::Path& path) {
        if (!is_plain_path(path))
            refuse(subject, "'" + path.string() +
                                "' cannot stand in such a file: absolute, of letters, digits and /._@+=,~-");
    }
    // systemd takes numbers only (systemd.socket(5), ListenStream=).
    void address(const char* subject, const std::string& address) {
        const bool is_unix = address.starts_with("unix:");
        if (is_unix ? !is_plain_path(address.substr(5))
                    : address.find(':') == std::string::npos || !is_numeric(address))
            refuse(subject, "'" + address + "' is none of 127.0.0.1:8889, [::1]:8889 and unix:/PATH");
    }
    void text(const char* subject, const std::string& text) {
        if (!encoding::is_printable(text))
            refuse(subject, "holds control characters");
    }
    void refuse(const char* subject, std::string detail) {
        findings.push_back({Severity::error, "schedule-word", subject, std::move(detail)});
    }
    Findings findings;
};

} // namespace

void check_options(const Options& options) {
    Check check;
    if (!consists_of(options.name, "-_"))
        check.refuse("--name", "'" + options.name + "' is not made of letters, digits, - and _");
    // useradd(8): NAME_REGEX of Debian, upper case allowed too.
    if (!consists_of(options.user, "-_.") || options.user.front() == '-')
        check.refuse("--user", "'" + options.user + "' is not the name of a user");
    if (!options.on_failure.empty() && !consists_of(options.on_failure, "-_.@"))
        check.refuse("--on-failure", "'" + options.on_failure + "' is not the name of a unit");
    if (!consists_of(options.mail_to, "-_.@+"))
        check.refuse("--mail-to", "'" + options.mail_to + "' is not an address");
    check.path("the program", options.program);
    check.path("--home", options.home);
    check.path("--metrics", options.metrics);
    if (!options.passphrase_file.empty())
        check.path("--passphrase-file", options.passphrase_file);
    for (const io::Path& folder : options.site_folders)
        check.path("folder for nginx", folder);
    for (const io::Path& folder : options.deploy_folders)
        check.path("folder of [deploy]", folder);
    for (const io::Path& folder : options.writable)
        check.path("--writable", folder);
    for (const std::string& address : options.ocsp)
        check.address("--ocsp", address);
    for (const std::string& address : options.ocsp_metrics)
        check.address("--ocsp-metrics", address);
    if (options.ocsp.empty() && !options.ocsp_metrics.empty())
        check.refuse("--ocsp-metrics", "has a meaning with --ocsp only");
    if (!options.ocsp_presigned.empty()) {
        check.path("--ocsp-presigned", options.ocsp_presigned);
        if (options.ocsp.empty())
            check.refuse("--ocsp-presigned", "has a meaning with --ocsp only");
    }
    if (!options.presigned_files.empty())
        check.path("--presign", options.presigned_files);
    if (options.presigns_rows + !options.presigned_files.empty() + !options.ocsp_presigned.empty() > 1)
        check.refuse("--presign", "is one of --presign, --presign-rows and --ocsp-presigned");
    check.text("--on-change", options.on_change);
    for (const std::string& word : options.renew_options)
        check.text("--renew-options", word);
    if (!check.findings.empty())
        throw Error(Code::refused, "schedule", "cannot be written", {}, std::move(check.findings));
}

std::vector<std::string> split_words(const std::string& text) {
    std::vector<std::string> words;
    std::optional<std::string> word; // none: between two
    char quote = '\0';
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool is_escape = c == '\\' && quote != '\'' && i + 1 < text.size();
        if (quote == '\0' && (c == ' ' || c == '\t' || c == '\n')) {
            if (word)
                words.push_back(*std::exchange(word, std::nullopt));
            continue;
        }
        if (!word)
            word.emplace();
        if (is_escape)
            *word += text[++i];
        else if (c == quote)
            quote = '\0';
        else if (quote == '\0' && (c == '\'' || c == '"'))
            quote = c;
        else
            *word += c;
    }
    if (quote != '\0')
        throw Error(Code::usage, text, "has a quote that does not end");
    if (word)
        words.push_back(*word);
    return words;
}

std::string unit_word(const std::string& text) {
    std::string word;
    for (const char c : text) {
        if (c == '%' || c == '$' || c == '\\')
            word += c;
        else if (c == '"')
            word += '\\';
        word += c;
    }
    return consists_of(text, "/._@+=,~:%-") ? word : '"' + word + '"';
}

std::string cron_word(const std::string& text) {
    std::string word;
    for (const char c : encoding::shell_word(text)) {
        if (c == '%')
            word += '\\';
        word += c;
    }
    return word;
}

std::string command_again(const Options& options, const std::string& form) {
    std::string command = "mtlsca --home " + encoding::shell_word(options.home) + " schedule " + form;
    for (const std::string& word : options.given)
        command += " " + encoding::shell_word(word);
    return encoding::printable(command);
}

Words crl_words(const Options& options) {
    Words words{"crl", "--if-due"};
    if (options.apply)
        words.emplace_back("--apply");
    if (!options.on_change.empty())
        words.insert(words.end(), {"--on-change", options.on_change});
    return words;
}

Words renew_words(const Options& options) {
    Words words{"renew", "--due"};
    words.insert(words.end(), options.renew_options.begin(), options.renew_options.end());
    return words;
}

// Shares, because what is renewed at a third of its lifetime must not warn on its last day before that.
Words status_words(const Options& options) {
    return {"status",   "--warn",     "25%",   "--critical",   "8%",
            "--format", "prometheus", "--out", options.metrics};
}

Words presign_words(const Options& options) {
    Words words{"ocsp", "presign"};
    if (options.presigns_rows)
        words.emplace_back("--rows");
    else
        words.insert(words.end(), {"--out", options.presigned_files});
    return words;
}

} // namespace mtlsca::deploy::schedule

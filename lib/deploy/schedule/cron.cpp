#include "deploy/schedule/installation.h"
#include "deploy/schedule/words.h"
#include "deploy/template.h"
#include "encoding/text.h"
#include "x509/key/key.h"

#include <nlohmann/json.hpp>

namespace mtlsca::deploy::schedule {
namespace {

// As many as there are, spread by the CA's folder: always the same for one CA.
std::string spread(const io::Path& home, std::size_t byte, unsigned count) {
    return std::to_string(x509::sha256(as_bytes(home.string()))[byte] % count);
}

std::string command_line(const Options& options, const Words& words, bool needs_key) {
    std::string line = cron_word(options.program) + " --home " + cron_word(options.home);
    if (needs_key && !options.passphrase_file.empty())
        line += " --ca-pass " + cron_word("file:" + options.passphrase_file.string());
    for (const std::string& word : words)
        line += " " + cron_word(word);
    return line;
}

} // namespace

File cron_file(const Options& options) {
    check_options(options);
    const std::string command = command_again(options, "cron");
    const std::string minute = spread(options.home, 0, 30);
    const std::string text =
        render("cron/mtlsca", {{"mail_to", options.mail_to},
                               {"crl_user", options.apply ? "root" : options.user},
                               {"user", options.user},
                               {"crl_minute", minute},
                               {"renew_minute", spread(options.home, 1, 60)},
                               {"renew_hour", spread(options.home, 2, 5)},
                               {"status_minute", std::to_string(std::stoi(minute) + 30)},
                               {"crl", command_line(options, crl_words(options), true)},
                               {"renew", command_line(options, renew_words(options), true)},
                               {"status", command_line(options, status_words(options), false)}});
    return {options.name, signed_text(text, command)};
}

} // namespace mtlsca::deploy::schedule

#include "commands.h"
#include "describe.h"

#include "authority/certificate/selector.h"
#include "x509/tls/endpoint.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace mtlsca::app {
namespace {

constexpr std::array selector_prefixes{"cn:", "san:", "sha256:", "file:"};

bool is_selector(const std::string& subject) {
    return std::any_of(selector_prefixes.begin(), selector_prefixes.end(),
                       [&](const char* prefix) { return subject.starts_with(prefix); });
}

// "host.example.com:443", "10.0.0.1:443", "[::1]:443"; "AB:12" is a serial.
bool is_endpoint(const std::string& subject) {
    const std::size_t colon = subject.rfind(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == subject.size() || subject.size() - colon > 6)
        return false;
    if (subject.find_first_not_of("0123456789", colon + 1) != std::string::npos)
        return false;
    const std::string host = subject.substr(0, colon);
    if (host.front() == '[')
        return host.back() == ']';
    const bool looks_like_octet =
        host.size() == 2 && host.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
    return host.find(':') == std::string::npos && !looks_like_octet;
}

class Show final : public Command {
public:
    void add_options(Options& options) override {
        options
            .add("SUBJECT", subject_,
                 "ID, FILE (certificate, request or CRL; - reads standard input) or HOST:PORT")
            .required();
    }

    int run(Session& session) override {
        std::error_code ignored;
        if (subject_ == "-" ||
            (!is_selector(subject_) && std::filesystem::is_regular_file(subject_, ignored))) {
            show_bytes(session, read_subject_file(subject_), subject_ == "-" ? "standard input" : subject_);
        } else if (!is_selector(subject_) && is_endpoint(subject_)) {
            show_certificates(session, x509::peer_certificates(subject_));
        } else {
            authority::Ca ca = session.open_ca(store::Database::Access::read);
            show_record(session, ca, select_or_no_file(ca, session.now()));
        }
        return 0;
    }

private:
    store::Certificate select_or_no_file(authority::Ca& ca, Time now) const {
        try {
            return authority::select(ca, subject_, now);
        } catch (const Error& error) {
            if (error.code != Code::not_found || !error.findings.empty() || is_selector(subject_) ||
                subject_.find_first_of("/.") == std::string::npos)
                throw;
            Error told = error;
            told.reason += ", and no such file";
            throw Error(told);
        }
    }

    std::string subject_;
};

} // namespace

std::unique_ptr<Command> make_show() {
    return make_command<Show>();
}

} // namespace mtlsca::app

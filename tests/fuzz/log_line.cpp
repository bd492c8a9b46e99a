// Laws of `explain`, whatever stands in a log:
//   a line that is read         is what it was after it is written again as nginx writes it
//   the error log               is judged by nginx's words: what the client wrote behind them changes nothing
//   the path and the place      are those that nginx compares: tidy, of a site with that name, the longest
//   that fits the explanation             agrees with the line's verdict, names the certificate of the line's
//   serial or none,
//                               and has nothing that a terminal obeys once it is escaped as the program
//                               escapes it
// An input whose size ends in 31 is also repeated up to the longest line: libFuzzer's -timeout and ctest's
// bound its time.
#include "law.h"

#include "authority/made_ca.h"
#include "deploy/nginx/log/explanation.h"
#include "deploy/nginx/log/place.h"
#include "encoding/hex.h"
#include "encoding/text.h"

#include <algorithm>
#include <fmt/format.h>

using namespace made_ca;
using namespace mtlsca::deploy::nginx;

namespace {

class NamedSerial final : public x509::SerialSource {
public:
    explicit NamedSerial(Bytes serial) : serial_(std::move(serial)) {}
    Bytes next() override { return serial_; }

private:
    Bytes serial_;
};

LocationSettings location(const char* path, std::vector<std::string> roles, const char* access = "") {
    LocationSettings settings;
    settings.path = path;
    settings.roles = std::move(roles);
    settings.access = access;
    return settings;
}

class World {
public:
    World() : ca_(made_.open()), known_{ca_.config(), ca_.database(), {}, start + days(1)} {
        issue("alice", {0x0a, 0x11, 0xce});
        made_.revoke(ca_, issue("bob", {0xb0, 0xb0}));
        SiteSettings www, any;
        www.server_name = "www.example.com";
        www.locations = {location("/", {}), location("/admin", {"admin"}),
                         location("/admin/open/", {}, "public"), location("/api", {"client", "admin"})};
        any.server_name = "*.example.com";
        any.locations = {location("/a/b/", {"admin"})};
        known_.sites = {www, any};
    }
    const Known& known() const { return known_; }

private:
    store::Certificate issue(const char* name, Bytes serial) {
        NamedSerial serials(std::move(serial));
        const authority::Run run{made_.clock, serials, "issue", "fuzzer"};
        const auto key = x509::PrivateKey::generate(x509::KeyType::ec_p256);
        return authority::issue(ca_, run, *MadeCa::plan(ca_, run, name).plan, key.public_key());
    }

    MadeCa made_;
    authority::Ca ca_;
    Known known_;
};

// As nginx writes a value.
std::string written(std::string_view value) {
    std::string text;
    for (const char c : value)
        if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f || c == '"' ||
            c == '\\')
            text += fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
        else
            text += c;
    return text.empty() ? "-" : text;
}

std::string written_in_words(const LogLine& line) {
    std::string text = line.when.empty() ? "-" : line.when;
    const auto add = [&](const char* name, const std::string& value) {
        text += fmt::format(" {}=\"{}\"", name, written(value));
    };
    add("client", line.client);
    add("verify", line.verify);
    add("dn", line.dn);
    add("serial", line.serial);
    add("role", line.role);
    add("san", line.san);
    add("tls", line.tls);
    add("cipher", line.cipher);
    add("reused", line.reused);
    add("upstream", line.upstream);
    add("status", line.status ? fmt::format("{:03}", *line.status) : "");
    add("host", line.host);
    add("request", line.request);
    return text;
}

auto fields(const LogLine& line) {
    return std::tie(line.when, line.time, line.client, line.verify, line.dn, line.serial, line.role, line.san,
                    line.tls, line.cipher, line.reused, line.upstream, line.host, line.request, line.status,
                    line.message, line.server);
}

void is_the_same_again(LogLine line) {
    std::string text;
    if (line.form == LogLine::Form::combined) {
        text = fmt::format("{} - - [{}] \"{}\" {:03} 0 \"-\" \"-\"", line.client, line.when,
                           written(line.request), line.status.value_or(0));
        if (line.request.empty())
            line.request = "-"; // nginx has no such line; it writes "-" only where it means nothing
    } else {
        if (line.form == LogLine::Form::json) { // whose time may hold blanks
            line.when.clear();
            line.time.reset();
            line.form = LogLine::Form::text;
        }
        text = written_in_words(line);
    }
    if (text.size() > longest_log_line)
        return;
    const auto again = read_log_line(text);
    hold(again && again->form == line.form, "what was read cannot be read when it is written again");
    hold(fields(*again) == fields(line), "what was read is something else when it is written again");
}

void client_cannot_speak_for_nginx(const Known& known, const LogLine& line, const Explanation& explanation) {
    const auto other =
        read_log_line("2026/11/22 10:00:00 [info] 7#7: *5 " + line.message +
                      ", client: 10.0.0.5, server: s.test, request: \"GET /x HTTP/1.1\", host: \"h.test\"");
    if (!other) // too long
        return;
    hold(other->form == LogLine::Form::error && other->message == line.message &&
             other->client == "10.0.0.5" && other->server == "s.test" &&
             other->request == "GET /x HTTP/1.1" && other->host == "h.test",
         "details are not what stands there");
    const Explanation same = explain_line(known, *other);
    hold(same.verdict == explanation.verdict && same.cause == explanation.cause &&
             same.why == explanation.why && same.for_everyone == explanation.for_everyone,
         "what the client wrote changes why");
}

std::string lower_name(std::string_view host) {
    const std::size_t colon = host.rfind(':');
    if (colon != std::string_view::npos &&
        std::all_of(host.begin() + static_cast<std::ptrdiff_t>(colon) + 1, host.end(),
                    [](char c) { return c >= '0' && c <= '9'; }))
        host = host.substr(0, colon);
    return encoding::to_lower_ascii(host);
}

bool is_within(const std::string& path, std::string location) {
    if (!location.ends_with('/')) {
        if (path == location)
            return true;
        location += '/';
    }
    return path.starts_with(location);
}

void path_is_tidy(const std::string& path) {
    hold(path.starts_with('/') && path.find("//") == std::string::npos, "a path that is none");
    const std::string closed = path + '/';
    hold(closed.find("/./") == std::string::npos && closed.find("/../") == std::string::npos,
         "a path with steps");
    std::string encoded;
    for (const char c : path)
        encoded += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    hold(request_path("GET " + encoded + " HTTP/1.1") == path,
         "a path that is another one once it is read again");
}

void place_fits(const std::vector<SiteSettings>& sites, const LogLine& line) {
    const std::string path = request_path(line.request);
    path_is_tidy(path);
    const auto place = find_place(sites, line.host, line.request);
    const std::string host = lower_name(line.host);
    for (const SiteSettings& site : sites) {
        const bool is_whole = site.server_name == host;
        const bool is_wild = site.server_name.starts_with("*.") && host.size() >= site.server_name.size() &&
                             host.ends_with(site.server_name.substr(1));
        hold(place.has_value() || (!is_whole && !is_wild), "a site that is not found");
        hold(!is_whole || place->server_name == host, "a wildcard before the whole name");
        if (!place || place->server_name != site.server_name)
            continue;
        hold(is_whole || is_wild, "a site of another name");
        hold(is_within(path, place->location.path), "a place that the path is not in");
        for (const LocationSettings& other : site.locations)
            hold(!is_within(path, other.path) || other.path.size() <= place->location.path.size(),
                 "a longer location fits");
    }
}

void nothing_is_obeyed(std::string_view text) {
    const std::string shown = encoding::printable(text);
    hold(std::none_of(shown.begin(), shown.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }),
         "a control character");
    hold(encoding::is_utf8(shown), "no UTF-8");
    for (std::size_t at = 0; (at = shown.find('\xc2', at)) != std::string::npos; ++at)
        hold(static_cast<unsigned char>(shown[at + 1]) >= 0xa0, "a control character of C1");
    hold(shown.find("\xe2\x80\xae") == std::string::npos, "text that runs the other way");
}

void nothing_is_obeyed(const LogLine& line, const Explanation& explanation) {
    for (const std::string* text :
         {&line.when, &line.client, &line.verify, &line.dn, &line.serial, &line.role, &line.san, &line.tls,
          &line.host, &line.request, &line.message, &line.server, &explanation.cause, &explanation.serial,
          &explanation.why, &explanation.what_to_do})
        nothing_is_obeyed(*text);
    for (const std::string& note : explanation.notes)
        nothing_is_obeyed(note);
}

// What a few of OpenSSL's words mean, told once more.
constexpr std::pair<const char*, const char*> causes[] = {
    {"FAILED:certificate revoked", "revoked"},
    {"FAILED:certificate has expired", "expired"},
    {"FAILED:CRL has expired", "crl-expired"},
    {"FAILED:certificate is not yet valid", "not-yet-valid"},
    {"FAILED:unsuitable certificate purpose", "purpose"},
};

void verdict_agrees(const LogLine& line, const Explanation& explanation) {
    using Verdict = Explanation::Verdict;
    const bool is_turned_away = line.status.value_or(400) >= 400;
    if (line.verify.starts_with("FAILED"))
        hold(explanation.verdict == (is_turned_away ? Verdict::refused : Verdict::let_in),
             "a certificate that failed and was not refused");
    for (const auto& [verify, cause] : causes)
        hold(line.verify != verify || explanation.cause == cause, "another cause than nginx says");
    if (line.verify == "SUCCESS") {
        hold(!explanation.for_everyone, "everybody is refused, though nginx found this one good");
        hold(line.status.value_or(400) >= 400 || explanation.verdict != Verdict::refused,
             "refused, though nginx answered");
    }
    if (explanation.cause == "revoked" || explanation.cause == "revoked-and-let-in")
        hold(line.verify == "FAILED:certificate revoked" ||
                 encoding::to_lower_ascii(line.verify).ends_with("revoked") ||
                 (explanation.who && explanation.who->revocation),
             "revoked, and neither nginx nor the inventory says so");
}

void judge(const Known& known, const LogLine& line) {
    const Explanation explanation = explain_line(known, line);
    hold(!explanation.why.empty() && !explanation.cause.empty() &&
             explanation.cause.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string::npos,
         "no cause, or why");
    nothing_is_obeyed(line, explanation);
    place_fits(known.sites, line);
    if (explanation.who) {
        std::string serial = encoding::to_lower_ascii(line.serial);
        std::erase(serial, ':');
        serial.erase(0, std::min(serial.find_first_not_of('0'), serial.size()));
        const std::string theirs = encoding::to_hex(explanation.who->serial);
        hold(theirs.substr(theirs.find_first_not_of('0')) == serial, "another certificate");
    }
    if (line.form == LogLine::Form::error)
        return client_cannot_speak_for_nginx(known, line, explanation);
    is_the_same_again(line);
    if (line.form != LogLine::Form::combined)
        verdict_agrees(line, explanation);
}

void read_and_judge(const Known& known, std::string_view text) {
    const auto line = read_log_line(text);
    hold(!line || text.find_last_not_of("\r\n ") < longest_log_line, "a line that is too long");
    if (line)
        judge(known, *line);
}

// A corpus of which nothing is explained would prove nothing.
bool corpus_is_explained(const Known& known) {
    constexpr std::pair<const char*, const char*> causes_of[] = {
        {"role", "role-missing"},  {"backend", "backend"}, {"revoked", "revoked"},
        {"failed", "revoked"},     {"foreign", "foreign"}, {"none", "no-certificate"},
        {"json", "resumed"},       {"error", "revoked"},   {"handshake", "server-untrusted"},
        {"combined", "not-logged"}};
    for (const auto& [name, cause] : causes_of) {
        const Bytes text = io::read_file(std::string(MTLSCA_VECTORS "/log_lines/") + name, longest_log_line);
        const auto line = read_log_line(as_text(text));
        if (!line || explain_line(known, *line).cause != cause)
            broken(std::string("a line of the corpus has another cause: ") + name + ": " +
                   (line ? explain_line(known, *line).cause : "none"));
    }
    return true;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const World world;
    static const bool reaches_causes = corpus_is_explained(world.known());
    static_cast<void>(reaches_causes);
    const std::string text(reinterpret_cast<const char*>(data), size);
    read_and_judge(world.known(), text);
    if (size % 32 == 31) {
        std::string longest;
        while (longest.size() + size <= longest_log_line)
            longest += text;
        read_and_judge(world.known(), longest);
    }
    return 0;
}

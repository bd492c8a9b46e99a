// From a line to its explanation: each form of line says another part of the story.
#include "deploy/nginx/log/bearer.h"
#include "deploy/nginx/log/reason.h"
#include "encoding/hex.h"
#include "encoding/text.h"

#include <algorithm>

namespace mtlsca::deploy::nginx {
namespace {

using Verdict = Explanation::Verdict;

constexpr const char* logs_certificates = "log it as mtlsca nginx site writes it: access_log FILE mtlsca; "
                                          "that format names the certificate and the verdict";

// nginx escapes what is not ASCII, the inventory doesn't: the same name is the same after both are parsed.
bool is_same_name(const std::string& left, const std::string& right) {
    if (left == right)
        return true;
    try {
        return x509::Name::parse(left).to_string() == x509::Name::parse(right).to_string();
    } catch (const Error&) { // a name of a foreign certificate that we would never write
        return false;
    }
}

class LineExplainer {
public:
    LineExplainer(const Known& known, const LogLine& line) : known_(known), line_(line) {}

    Explanation explain() {
        explanation_.serial = line_.serial;
        switch (line_.form) {
        case LogLine::Form::error:
            explain_message();
            break;
        case LogLine::Form::combined:
            explain_combined();
            break;
        case LogLine::Form::text:
        case LogLine::Form::json:
            explain_access();
            break;
        }
        return std::move(explanation_);
    }

private:
    void decide(Verdict verdict, const char* cause, std::string why, std::string what_to_do = {}) {
        explanation_.verdict = verdict;
        explanation_.cause = cause;
        explanation_.why = std::move(why);
        explanation_.what_to_do = std::move(what_to_do);
    }
    void decide(Verdict verdict, const Reason& reason) {
        decide(verdict, reason.cause, reason.why, reason.what_to_do);
        explanation_.for_everyone = reason.for_everyone;
    }

    void explain_message() {
        const Reason reason = message_reason(line_.message);
        const std::string_view cause = reason.cause;
        decide(cause.empty()        ? Verdict::unknown
               : cause == "backend" ? Verdict::let_in
                                    : Verdict::refused,
               reason);
        if (cause == "crl-missing") {
            explanation_.for_everyone = false;
            explanation_.notes.push_back(
                "if it is this client alone, its certificate is of another CA, for whose CRL "
                "nginx looks in vain");
        }
        if (cause.empty())
            explanation_.cause = "other";
        else
            explanation_.notes.push_back(
                "the error log does not name the certificate: the access log of this moment and client does");
    }

    void explain_combined() {
        const unsigned status = line_.status.value_or(0);
        if (status == 400 || status == 403 || status == 401)
            decide(Verdict::refused, "not-logged",
                   status == 400
                       ? "a bad certificate, or none where one is needed, is 400; so is a malformed request"
                       : "no certificate, not the role, bound to another address, or the backend said so",
                   logs_certificates);
        else
            decide(Verdict::let_in, "not-logged", "this format says nothing of the certificate",
                   logs_certificates);
    }

    void explain_access() {
        find_bearer();
        if (line_.verify.starts_with("FAILED"))
            explain_failure();
        else if (line_.verify == "SUCCESS")
            explain_success();
        else if (line_.verify == "NONE" || line_.verify.empty())
            explain_none();
        else
            decide(Verdict::unknown, "other", "nginx says " + line_.verify + " of the certificate");
    }

    void find_bearer() {
        const auto record = find_by_serial(known_.database, line_.serial, known_.now);
        if (!record)
            return;
        if (!line_.dn.empty() && !is_same_name(record->subject, line_.dn)) {
            explanation_.notes.push_back("our certificate with this serial is another one: " +
                                         record->subject + "; serials are each CA's own");
            return;
        }
        introduce(explanation_, known_, *record);
    }

    void explain_none() {
        const bool is_in = line_.status.value_or(400) < 400 || !line_.upstream.empty();
        if (is_in)
            return decide(Verdict::let_in, "public",
                          "the client showed no certificate, and this path needs none");
        if (line_.status == 400 || line_.status == 403 || line_.status == 401)
            return decide(Verdict::refused, message_reason("client sent no required ssl certificate"));
        decide(Verdict::unknown, "other", "the client showed no certificate; the status has another cause");
    }

    void explain_failure() {
        const std::size_t colon = line_.verify.find(':');
        const Reason reason = verification_reason(
            colon == std::string::npos ? "" : std::string_view(line_.verify).substr(colon + 1));
        decide(Verdict::refused, reason);
        if (explanation_.who)
            add_record(*explanation_.who);
        else if (explanation_.cause == "crl-missing")
            explain_stranger();
        else if (explanation_.cause == "expired" || explanation_.cause == "revoked" ||
                 explanation_.cause == "purpose")
            explanation_.notes.push_back("the inventory does not know the serial");
        if (line_.status && *line_.status < 400) {
            explanation_.verdict = Verdict::let_in;
            explanation_.notes.push_back(
                "it got in all the same: the site has ssl_verify_client optional_no_ca and "
                "does not look at $ssl_client_verify");
            explanation_.what_to_do = "mtlsca nginx check finds the place; mtlsca nginx site writes it right";
        }
    }

    // nginx goes on after an error and tells the last one: that it finds no CRL of the CA which it doesn't
    // know.
    void explain_stranger() {
        decide(Verdict::refused, verification_reason("unable to get local issuer certificate"));
        explanation_.notes.push_back(
            "nginx says that it has no CRL: of a CA that it does not know. If it says so of our "
            "certificates too, ssl_crl lacks a tier: mtlsca crl check FILE");
    }

    // What the inventory knows beyond nginx's words.
    void add_record(const store::Certificate& who) {
        const std::string serial = encoding::to_upper_hex(who.serial);
        if (explanation_.cause == "revoked" && who.revocation) {
            explanation_.why = "it " + revocation_text(*who.revocation);
            explanation_.what_to_do = who.state == store::State::held ? "mtlsca unhold " + serial
                                                                      : "a new one: " + issue_command(who);
        } else if (explanation_.cause == "revoked") {
            explanation_.notes.push_back(
                "the inventory does not hold it back: it was released since, or nginx reads "
                "an older bundle");
            explanation_.what_to_do = refresh();
        } else if (explanation_.cause == "expired" && who.not_after < line_.time.value_or(known_.now)) {
            explanation_.why = "it expired " + to_minutes(who.not_after);
            explanation_.what_to_do = "a new one: " + issue_command(who);
        } else if (explanation_.cause == "expired") {
            explanation_.why = "the certificate itself is good until " + to_minutes(who.not_after) +
                               ": a CA above it is over, or the server's clock is wrong";
            explanation_.what_to_do = "mtlsca show chain.pem; date -u on the server";
        } else if (explanation_.cause == "not-yet-valid") {
            explanation_.why += ": it is valid from " + to_minutes(who.not_before);
        } else if (explanation_.cause == "foreign") {
            explanation_.why = "it is ours, but nginx found no way from it to the root";
            explanation_.what_to_do =
                "let the client send its whole .crt file, and ssl_client_certificate name chain.pem";
        } else if (explanation_.cause == "purpose") {
            explanation_.why = "it is of the profile " + who.profile + ", which is not for clients";
        }
        if (explanation_.successor)
            explanation_.what_to_do =
                "use its successor, " + encoding::to_upper_hex(explanation_.successor->serial);
    }

    void explain_success() {
        const unsigned status = line_.status.value_or(0);
        if (!explanation_.who && line_.serial.empty())
            return decide(Verdict::unknown, "other", "the line names no certificate");
        if (was_revoked_before() && (status < 400 || !line_.upstream.empty()))
            return decide(
                Verdict::let_in, "revoked-and-let-in",
                "it " + revocation_text(*explanation_.who->revocation) +
                    ", and nginx let it in after that: it did not know the new CRL, or resumed a session",
                refresh() + "; mtlsca nginx drill proves that it helped");
        if (!line_.upstream.empty())
            return decide(Verdict::let_in, status < 400 ? "valid" : "backend",
                          status < 400
                              ? "the certificate is good and nginx passed the request on"
                              : "nginx let it in; " + std::to_string(status) + " is the backend's answer");
        if (status == 403 || status == 401)
            return explain_forbidden();
        if (status == 400)
            return decide(Verdict::unknown, "bad-request",
                          "the certificate is good; the request itself was malformed");
        if (status == 429 || status == 503)
            return decide(Verdict::refused, "limited",
                          "the certificate is good; a limit of nginx refused it");
        decide(Verdict::let_in, "valid", "the certificate is good");
    }

    bool was_revoked_before() const {
        return explanation_.who && explanation_.who->revocation && line_.time &&
               explanation_.who->revocation->revoked_at <= *line_.time;
    }

    // The order of http.conf and of the site: who is nobody has no role either.
    void explain_forbidden() {
        if (!explanation_.who)
            return decide(
                Verdict::refused, "not-in-inventory",
                "nginx trusts the certificate, and the inventory does not know it: it was made without "
                "mtlsca, or the inventory was restored from before",
                "mtlsca audit verify; if nobody knows it, the CA's key is in other hands");
        const store::Certificate& who = *explanation_.who;
        const auto place = find_place(known_.sites, line_.host, line_.request);
        if (was_revoked_before())
            return decide(
                Verdict::refused, "revoked", "it " + revocation_text(*who.revocation) + " (revoked.map)",
                who.state == store::State::held ? "mtlsca unhold " + encoding::to_upper_hex(who.serial)
                                                : "a new one: " + issue_command(who));
        if (!is_at_home(who, line_.client))
            return decide(Verdict::refused, "bound-elsewhere",
                          "it came from " + line_.client + " and is bound to " + bindings_of(who),
                          "mtlsca revoke " + encoding::to_upper_hex(who.serial) + " --reason superseded && " +
                              issue_command(who) + " --bind " + encoding::shell_word(line_.client));
        if (line_.reused == "r")
            return decide(
                Verdict::refused, "resumed",
                "it resumed a session, which is not checked against the CRLs again: our sites refuse that",
                "ssl_session_cache none and ssl_session_tickets off in the first server of this address");
        if (!place)
            return decide(Verdict::refused, "other-site",
                          "the certificate is good; " + (line_.host.empty() ? "the host" : line_.host) +
                              " is no site that mtlsca wrote and remembers",
                          "mtlsca nginx check finds what its configuration asks for");
        explain_place(who, *place);
    }

    void explain_place(const store::Certificate& who, const RequestedPlace& place) {
        const std::string where = place.server_name + place.location.path;
        if (may_enter(who, explanation_.roles, place.location))
            return decide(Verdict::refused, "since-changed",
                          "by the settings and the inventory of now it may enter " + where + " (wants " +
                              wanted_by(place.location) +
                              "): nginx read older ones, or something else refused it",
                          "mtlsca nginx check, then nginx -s reload");
        const std::string has =
            explanation_.roles.empty() ? "has no role" : "has only " + joined(explanation_.roles);
        std::string help = "add it to the names of " + place.location.path + " in the site file";
        if (const auto ou = ou_for(place.location))
            help = "mtlsca revoke " + encoding::to_upper_hex(who.serial) + " --reason superseded && " +
                   issue_command(who, {*ou});
        decide(Verdict::refused, "role-missing",
               where + " wants " + wanted_by(place.location) + "; " + who.name + " " + has, help);
    }

    // An OU that means a role which the location wants.
    std::optional<std::string> ou_for(const LocationSettings& location) const {
        for (const auto& [ou, role] : known_.config.roles)
            if (std::find(location.roles.begin(), location.roles.end(), role) != location.roles.end())
                return ou;
        return std::nullopt;
    }

    static std::string joined(const std::vector<std::string>& words) {
        std::string text;
        for (const std::string& word : words)
            text += (text.empty() ? "" : ", ") + word;
        return text;
    }
    static std::string bindings_of(const store::Certificate& who) { return joined(who.bindings); }
    static std::string refresh() { return "mtlsca crl --on-change \"nginx -s reload\""; }

    const Known& known_;
    const LogLine& line_;
    Explanation explanation_;
};

} // namespace

Explanation explain_line(const Known& known, const LogLine& line) {
    return LineExplainer(known, line).explain();
}

} // namespace mtlsca::deploy::nginx

#include "commands.h"

#include "authority/certificate/selector.h"
#include "deploy/nginx/log/explanation.h"
#include "encoding/hex.h"
#include "store/issuer/crls.h"

#include <cstdio>
#include <fmt/format.h>

namespace mtlsca::app {
namespace {

namespace nginx = deploy::nginx;

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

Json line_json(const nginx::LogLine& line) {
    return {{"form", nginx::to_string(line.form)},
            {"time", text_or_null(line.when)},
            {"client", text_or_null(line.client)},
            {"status", line.status ? Json(*line.status) : Json(nullptr)},
            {"host", text_or_null(line.host.empty() ? line.server : line.host)},
            {"request", text_or_null(line.request)},
            {"verify", text_or_null(line.verify)},
            {"dn", text_or_null(line.dn)},
            {"role", text_or_null(line.role)},
            {"message", text_or_null(line.message)}};
}

Json to_json(const nginx::Explanation& explanation, const nginx::LogLine* line, Time now) {
    return {{"serial", text_or_null(explanation.serial)},
            {"verdict", nginx::to_string(explanation.verdict)},
            {"cause", explanation.cause},
            {"for_everyone", explanation.for_everyone},
            {"why", explanation.why},
            {"what_to_do", text_or_null(explanation.what_to_do)},
            {"roles", explanation.roles},
            {"who", explanation.who ? inventory_json(*explanation.who, now) : Json(nullptr)},
            {"successor", explanation.successor ? Json(encoding::to_upper_hex(explanation.successor->serial))
                                                : Json(nullptr)},
            {"notes", explanation.notes},
            {"line", line != nullptr ? line_json(*line) : Json(nullptr)}};
}

const char* heading(const nginx::Explanation& explanation, bool happened) {
    switch (explanation.verdict) {
    case nginx::Explanation::Verdict::let_in:
        return happened ? "let in" : "gets in";
    case nginx::Explanation::Verdict::refused:
        return happened ? "refused" : "is refused";
    case nginx::Explanation::Verdict::unknown:
        return "not decided";
    }
    return "";
}

// "GET /admin HTTP/1.1 at server.test, status 403, from 10.0.0.5, 2026-11-22T10:00:00+00:00"
std::string request_text(const nginx::LogLine& line) {
    std::string text = line.request;
    const auto add = [&](const char* before, const std::string& value) {
        if (!value.empty())
            text.append(text.empty() ? "" : before).append(value);
    };
    add(" at ", line.host.empty() ? line.server : line.host);
    add(", status ", line.status ? std::to_string(*line.status) : "");
    add(", from ", line.client);
    add(", ", line.when);
    return text;
}

void print_bearer(Session& session, const nginx::Explanation& explanation) {
    const Time now = session.now();
    Output& out = session.out;
    if (!explanation.who) {
        out.field("serial", explanation.serial);
        return;
    }
    const store::Certificate& who = *explanation.who;
    const auto status = store::status(who, now);
    out.field("who", who.name + " (" + who.profile + ")");
    out.field("serial", explanation.serial);
    out.field("status", store::to_string(status));
    out.field("subject", who.subject);
    out.field("names", joined(who.sans));
    out.field("OU", joined(who.ous));
    out.field("roles", explanation.roles.empty() ? "none" : joined(explanation.roles));
    out.field("owner", who.owner);
    out.field("bound to", joined(who.bindings));
    out.field("issued", to_minutes(who.recorded_at));
    out.field("valid until", to_minutes(who.not_after) + ", " + left_until(who.not_after, now));
    if (who.revocation)
        out.field("revoked",
                  to_minutes(who.revocation->revoked_at) + ", " + x509::to_string(who.revocation->reason));
    if (explanation.successor)
        out.field("successor", encoding::to_upper_hex(explanation.successor->serial));
}

void print(Session& session, const nginx::Explanation& explanation, const nginx::LogLine* line) {
    session.out.line(std::string(heading(explanation, line != nullptr)) + ": " + explanation.why);
    if (explanation.for_everyone)
        session.out.field("concerns", "every client");
    if (line != nullptr)
        session.out.field("request", request_text(*line));
    print_bearer(session, explanation);
    if (line != nullptr && !line->role.empty() && line->role != joined(explanation.roles, ","))
        session.out.field("roles then", line->role);
    for (const std::string& note : explanation.notes)
        session.out.field("note", note);
    session.out.field("what to do", explanation.what_to_do);
}

// The next line of standard input without its end; of one that is too long the beginning, which nobody can
// read.
bool next_line(std::string& line) {
    line.clear();
    int byte = 0;
    bool any = false;
    while ((byte = std::getc(stdin)) != EOF && byte != '\n') {
        any = true;
        if (line.size() <= nginx::longest_log_line)
            line += static_cast<char>(byte);
    }
    return any || byte == '\n';
}

class Explain final : public Command {
public:
    void add_options(Options& options) override {
        options
            .add("WHAT", what_,
                 "A serial or another ID; a line of nginx's access or error log; - reads lines from "
                 "standard input")
            .required();
    }

    int run(Session& session) override {
        authority::Ca ca = session.open_ca(store::Database::Access::read);
        const nginx::Known known{ca.config(), ca.database(), sites(ca), session.now()};
        if (what_ == "-")
            return explain_lines(session, known);
        if (const auto line = nginx::read_log_line(what_)) {
            tell(session, nginx::explain_line(known, *line), &*line);
            return 0;
        }
        if (what_.find_first_of("\"{") != std::string::npos)
            throw Error(Code::refused, "the line", "is of no log of nginx that mtlsca knows",
                        "quote the whole line; mtlsca-explain(1) shows the formats");
        const auto certificate = authority::select(ca, what_, session.now());
        tell(session, nginx::explain_certificate(known, certificate), nullptr);
        return 0;
    }

private:
    static std::vector<nginx::SiteSettings> sites(const authority::Ca& ca) {
        std::vector<nginx::SiteSettings> all;
        for (const store::SiteFolder& row : store::remembered_sites(ca.database()))
            for (nginx::SiteSettings& site : nginx::from_store(row).sites)
                all.push_back(std::move(site));
        return all;
    }

    static void tell(Session& session, const nginx::Explanation& explanation, const nginx::LogLine* line) {
        if (session.json())
            session.out.json(to_json(explanation, line, session.now()));
        else
            print(session, explanation, line);
    }

    static int explain_lines(Session& session, const nginx::Known& known) {
        session.take_stdin("the lines to explain");
        std::string text;
        std::uint64_t number = 0;
        bool all_read = true;
        if (session.json())
            session.out.begin_array();
        while (next_line(text)) {
            ++number;
            if (text.empty())
                continue;
            const auto line = nginx::read_log_line(text);
            if (!line) {
                warn(fmt::format("line {}: is of no log of nginx that mtlsca knows", number));
                all_read = false;
                continue;
            }
            const auto explanation = nginx::explain_line(known, *line);
            if (session.json())
                session.out.element(to_json(explanation, &*line, session.now()));
            else
                print(session, explanation, &*line);
            session.out.flush(); // a log may be followed
        }
        if (session.json())
            session.out.end_array();
        return static_cast<int>(all_read ? Code::done : Code::refused);
    }

    std::string what_;
};

} // namespace

std::unique_ptr<Command> make_explain() {
    return make_command<Explain>();
}

} // namespace mtlsca::app

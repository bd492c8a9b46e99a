#include "inventory_rows.h"

#include "encoding/hex.h"
#include "encoding/text.h"
#include "x509/name/name.h"

#include <algorithm>
#include <fmt/format.h>

namespace mtlsca::app {
namespace {

std::string reasons(const Orphans& orphans, const char* (*words)(store::Orphan), const char* separator) {
    std::vector<std::string> texts;
    for (const store::Orphan orphan : orphans)
        texts.emplace_back(words(orphan));
    return joined(texts, separator);
}

// Padded to its width on a terminal, which fmt computes at ten times the cost of what nearly every text is:
// ASCII.
void append_column(std::string& line, std::string_view text, int width) {
    if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; })) {
        line += fmt::format("{:<{}}  ", text, width);
        return;
    }
    const auto wanted = static_cast<std::size_t>(width);
    line.append(text).append(wanted - std::min(wanted, text.size()) + 2, ' ');
}

class TextRows final : public InventoryRows {
public:
    TextRows(Output& out, Time now, bool orphans) : out_(out), now_(now), orphans_(orphans) {}

    void add(const store::Certificate& certificate, const Orphans& orphans) override {
        if (count_++ == 0)
            row("SERIAL", "STATUS", "UNTIL", "PROFILE", "OWNER", "WHY", "NAME");
        std::string who = certificate.name;
        if (!certificate.ous.empty())
            who += " [" + joined(certificate.ous) + "]";
        row(encoding::to_upper_hex(certificate.serial), store::to_string(store::status(certificate, now_)),
            to_rfc3339(certificate.not_after).substr(0, 16) + "Z", certificate.profile,
            certificate.owner.empty() ? "-" : certificate.owner, reasons(orphans, store::describe, ", "),
            who);
    }

    bool shows_certificates() const override { return false; }

    void finish() override {
        if (count_ == 0)
            note(orphans_ ? "no orphans" : "no certificates");
    }

private:
    void row(std::string_view serial, std::string_view status, std::string_view until,
             std::string_view profile, std::string_view owner, std::string_view why, std::string_view name) {
        std::string line;
        append_column(line, serial, 32);
        append_column(line, status, 8);
        append_column(line, until, 17);
        append_column(line, profile, 14);
        append_column(line, owner, 16);
        if (orphans_)
            append_column(line, why, 34);
        out_.line(line.append(name));
    }

    Output& out_;
    Time now_;
    bool orphans_;
    std::uint64_t count_ = 0;
};

class JsonRows final : public InventoryRows {
public:
    JsonRows(Output& out, Time now, bool orphans) : out_(out), now_(now), orphans_(orphans) {
        out_.begin_array();
    }
    void add(const store::Certificate& certificate, const Orphans& orphans) override {
        std::vector<std::string> reasons;
        for (const store::Orphan orphan : orphans)
            reasons.emplace_back(store::to_string(orphan));
        out_.element(std::string_view(inventory_line(certificate, now_, orphans_ ? &reasons : nullptr)));
    }
    void finish() override { out_.end_array(); }

private:
    Output& out_;
    Time now_;
    bool orphans_;
};

// RFC 4180, with LF as every other output has it.
class CsvRows final : public InventoryRows {
public:
    CsvRows(Output& out, Time now, bool orphans) : out_(out), now_(now), orphans_(orphans) {
        out_.raw("serial,name,profile,status,subject,san,ou,owner,labels,bindings,not_before,not_after,"
                 "revoked_at,reason,sha256");
        out_.raw(orphans_ ? ",orphan\n" : "\n");
    }

    void add(const store::Certificate& certificate, const Orphans& orphans) override {
        const auto& revocation = certificate.revocation;
        std::vector<std::string> labels;
        for (const store::Label& label : certificate.labels)
            labels.push_back(label.key + "=" + label.value);
        std::vector<std::string> fields{encoding::to_upper_hex(certificate.serial),
                                        certificate.name,
                                        certificate.profile,
                                        store::to_string(store::status(certificate, now_)),
                                        certificate.subject,
                                        joined(certificate.sans, ";"),
                                        joined(certificate.ous, ";"),
                                        certificate.owner,
                                        joined(labels, ";"),
                                        joined(certificate.bindings, ";"),
                                        to_rfc3339(certificate.not_before),
                                        to_rfc3339(certificate.not_after),
                                        revocation ? to_rfc3339(revocation->revoked_at) : "",
                                        revocation ? x509::to_string(revocation->reason) : "",
                                        encoding::to_hex(certificate.fingerprint)};
        if (orphans_)
            fields.push_back(reasons(orphans, store::to_string, ";"));
        std::string line;
        for (const std::string& field : fields)
            line += (line.empty() ? "" : ",") + quoted(field);
        out_.raw(line + "\n");
    }

private:
    static std::string quoted(const std::string& field) {
        std::string text = encoding::printable(field);
        if (text.find_first_of(",\"\n") == std::string::npos)
            return text;
        for (std::size_t at = text.find('"'); at != std::string::npos; at = text.find('"', at + 2))
            text.insert(at, 1, '"');
        return "\"" + text + "\"";
    }

    Output& out_;
    Time now_;
    bool orphans_;
};

// openssl's index.txt (man openssl-ca): state, expiry, revocation, serial, file, subject, separated by tabs.
class IndexRows final : public InventoryRows {
public:
    IndexRows(Output& out, Time now) : out_(out), now_(now) {}

    void add(const store::Certificate& certificate, const Orphans&) override {
        if (certificate.state == store::State::pending)
            return; // no certificate yet, as openssl sees it
        const bool revoked = certificate.revocation.has_value();
        const char* state = revoked ? "R" : certificate.not_after < now_ ? "E" : "V";
        out_.raw(fmt::format("{}\t{}\t{}\t{}\tunknown\t{}\n", state, index_time(certificate.not_after),
                             revoked ? revocation_field(*certificate.revocation) : "",
                             encoding::to_upper_hex(certificate.serial), one_line(certificate.subject)));
    }

private:
    static std::string index_time(Time time) {
        std::string digits;
        for (const char c : to_rfc3339(time))
            if (c >= '0' && c <= '9')
                digits += c;
        return (digits < "2050" ? digits.substr(2) : digits) + "Z"; // as UTCTime and GeneralizedTime
    }

    static std::string revocation_field(const store::Revocation& revocation) {
        using Reason = x509::RevocationReason;
        std::string text = index_time(revocation.revoked_at);
        // openssl knows no names for the two newest reasons and refuses an index that has them.
        if (revocation.reason != Reason::unspecified && revocation.reason != Reason::privilege_withdrawn &&
            revocation.reason != Reason::aa_compromise)
            text += std::string(",") + (revocation.reason == Reason::ca_compromise
                                            ? "CACompromise"
                                            : x509::to_string(revocation.reason));
        return text;
    }

    // "/OU=Admin/CN=alice". A slash in a value is escaped: openssl never parses this field, people do.
    static std::string one_line(const std::string& subject) {
        std::string text;
        const x509::Name name = x509::Name::parse(subject);
        for (const x509::RelativeName& part : name.parts())
            for (const x509::Attribute& attribute : part) {
                std::string value = encoding::printable(attribute.value);
                for (std::size_t at = value.find('/'); at != std::string::npos; at = value.find('/', at + 2))
                    value.insert(at, 1, '\\');
                text += "/" + attribute.type + "=" + value;
            }
        return text.empty() ? "/" : text;
    }

    Output& out_;
    Time now_;
};

} // namespace

std::unique_ptr<InventoryRows> make_inventory_rows(Session& session, Time now, bool orphans) {
    if (session.json())
        return std::make_unique<JsonRows>(session.out, now, orphans);
    if (session.format() == "csv")
        return std::make_unique<CsvRows>(session.out, now, orphans);
    if (session.format() == "index")
        return std::make_unique<IndexRows>(session.out, now);
    return std::make_unique<TextRows>(session.out, now, orphans);
}

} // namespace mtlsca::app

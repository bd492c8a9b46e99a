// Words for people and JSON for scripts, on standard output. Every text from outside is escaped on its way to
// a terminal.
#pragma once

#include "authority/crl/publication.h"
#include "policy/plan/plan.h"
#include "store/inventory/inventory.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace mtlsca::app {

using Json = nlohmann::ordered_json;

class Output {
public:
    // Text lines; control characters and the like are shown escaped.
    void line(std::string_view text = {});
    // "  label      value", labels padded to one width. A value of several lines is indented below itself; an
    // empty one is left out.
    void field(std::string_view label, std::string_view value);
    // Bytes as they are: PEM, DER, generated configuration. Error(failed) when standard output does not take
    // them.
    void raw(std::string_view bytes);
    void secret(std::string_view bytes); // the same, and no copy of them stays behind
    void json(const Json& value);        // indented, ASCII only, so that no name reaches a terminal as it is
    // An array that is written element by element, one on each line.
    void begin_array();
    void element(const Json& value);
    void element(std::string_view json); // one that is text already
    void end_array();
    void flush(); // Error(failed) when something could not be written

private:
    bool first_element_ = true;
};

// To people on standard error: "mtlsca: note: …". With --json one object a line, {"note":"…"}, so that
// standard error is JSON as a whole.
void tell_in_json(bool json); // for the rest of this run
void note(std::string_view text);
void warn(std::string_view text);

Json to_json(const Findings& findings);
Json to_json(const policy::Decision& decision);
Json error_json(const Error& error, const std::string& hint); // the inner object of cli.md
// The stable object of cli.md ('Stable output'): what `issue` and `sign` print.
Json issued_json(const store::Certificate& certificate, const std::string& certificate_file,
                 const std::string& key_file);
std::string issued_line(const store::Certificate& certificate, const std::string& certificate_file,
                        const std::string& key_file); // the same as text
// The same and status, owner, labels, ou, …: what `list` and `show` print. As text also with the reasons why
// it is an orphan, where these are asked for.
Json inventory_json(const store::Certificate& certificate, Time now);
std::string inventory_line(const store::Certificate& certificate, Time now,
                           const std::vector<std::string>* orphan);
Json publication_json(const authority::Publication& publication);

std::string joined(const std::vector<std::string>& words, std::string_view separator = ", ");
std::string joined(const std::vector<store::Label>& labels);
std::string count_of(std::uint64_t count, const char* thing); // "1 entry", "3 entries"
std::string left_until(Time until, Time now);                 // "89 days left", "3 hours left", "2 days ago"

} // namespace mtlsca::app

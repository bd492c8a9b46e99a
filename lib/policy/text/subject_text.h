// Names, owners and labels: what text may stand in them.
#pragma once

#include "error.h"

#include <optional>
#include <string>
#include <string_view>

namespace mtlsca::policy {

// `field` becomes the finding's subject. Rules: "text-empty", "text-too-long", "text-not-printable",
// "text-space", "text-character".

// A CN or an OU: 1 to 64 characters (ub-common-name, ub-organizational-unit-name, RFC 5280 A.1), printable
// UTF-8, no space at either end, none of , + " \ < > ; = which give a name the look of several attributes to
// those who match DN text (measured: CN="x,OU=Admin" against ~OU=Admin).
std::optional<Finding> judge_name(std::string_view field, std::string_view text);
// Any other attribute of a subject: the same, but "," and "+" are fine ("Acme, Inc."), because without "="
// nothing behind them looks like another attribute. Its length is a matter of its type (x509::Name).
std::optional<Finding> judge_attribute_text(std::string_view field, std::string_view text);
std::optional<Finding> judge_owner(std::string_view text); // printable, at most 128 characters
std::optional<Finding> judge_label(
    std::string_view key,
    std::string_view value); // key: letters, digits, ".-_/", at most 63; value: printable, at most 256
// Letters that a person takes for others, a warning: "text-mixed-scripts" of Latin with Cyrillic or Greek in
// one word ("admin" with a Cyrillic "а"), "text-looks-latin" of words that are all of another script and read
// as Latin. "xn--" labels are judged by what they stand for; one that stands for nothing is
// "text-not-punycode".
std::optional<Finding> judge_scripts(std::string_view field, std::string_view text);

// What somebody would read who takes every letter for a Latin one, in small letters and without spaces; empty
// for ASCII, and where there is a letter that no Latin one looks like.
std::string read_as_latin(std::string_view text);

} // namespace mtlsca::policy

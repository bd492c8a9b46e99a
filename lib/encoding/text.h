// Text from outside, made fit to be shown.
#pragma once

#include <string>
#include <string_view>

namespace mtlsca::encoding {

bool is_utf8(std::string_view text); // well-formed: no overlong forms, no surrogates, nothing past U+10FFFF

// For a terminal, a log or a message: every C0 and C1 control character, DEL, line and paragraph separator,
// bidirectional control, zero-width or otherwise invisible format character and every byte that is not
// UTF-8 becomes \x1B or \u{202E}; a backslash stays one. The rest is left as it is.
std::string printable(std::string_view text);
// printable(text) == text: what names may contain at all.
bool is_printable(std::string_view text);

bool is_ascii(std::string_view text);
std::string to_lower_ascii(std::string_view text);

// False, and nothing is appended, for what is no Unicode scalar value (a surrogate, or past U+10FFFF).
bool append_utf8(std::string& to, char32_t point);

// A name as a file name: letters, digits, "._-@+=,: " and well-formed non-ASCII stay, everything else is
// "_", and so is a leading dot, dash or space. Never empty, never "." or "..", never with a slash. Cut to 240
// bytes between two characters, so that an ending like ".chain.pem" still fits into NAME_MAX.
std::string to_file_name(std::string_view name);

// As one word of a shell's command line: in single quotes where it needs them.
std::string shell_word(const std::string& text);

} // namespace mtlsca::encoding

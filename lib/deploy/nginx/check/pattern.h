// Regular expressions as nginx understands them: PCRE.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct pcre2_real_code_8; // PCRE's own

namespace mtlsca::deploy::nginx::check {

class Pattern {
public:
    // Empty for what PCRE does not compile. Patterns are hostile: a match that takes too long is none.
    static std::optional<Pattern> compile(std::string_view regex, bool ignores_case);

    struct Capture {
        std::string name; // empty for one with a number only
        std::string text;
    };
    // The whole match first; empty where it doesn't match.
    std::vector<Capture> match(std::string_view text) const;
    bool matches(std::string_view text) const { return !match(text).empty(); }

private:
    explicit Pattern(std::shared_ptr<pcre2_real_code_8> code) : code_(std::move(code)) {}
    std::shared_ptr<pcre2_real_code_8> code_;
};

// "~regex" or "~*regex", as a map or a server_name writes it; empty for anything else.
std::optional<Pattern> pattern_of(std::string_view word);

} // namespace mtlsca::deploy::nginx::check

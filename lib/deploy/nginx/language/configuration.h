// A configuration of nginx as a tree of directives, read as nginx reads it.
#pragma once

#include "deploy/nginx/language/file_source.h"

#include <memory>

namespace mtlsca::deploy::nginx {

// Where something stands. The file is shared by all that stands in it.
struct Place {
    std::shared_ptr<const io::Path> file;
    unsigned line = 0;
};
std::string to_string(const Place& place); // "/etc/nginx/nginx.conf:12"

struct Directive {
    std::string name;                   // the first word
    std::vector<std::string> arguments; // the other ones, unquoted
    Place place;
    bool has_block = false;
    std::vector<Directive> block; // in order; what was included stands in place of its `include`

    // Empty where there are fewer.
    const std::string& argument(std::size_t number) const;
};

// Why nginx would not load it, or why it was not read to its end here.
struct ReadingProblem {
    std::string
        rule; // "configuration-syntax", "include-missing", "include-unreadable", "lua-block", "…-limit"
    Place place;
    std::string reason;
};

struct Configuration {
    std::vector<Directive> directives;
    std::vector<ReadingProblem> problems; // a file is read up to its first one
};

// From `main`, an absolute path; relative includes are relative to its folder, which is nginx's conf prefix.
// Hostile text is bounded: 32 includes inside each other, 64 blocks, 2,000,000 directives and lines, 512 MiB
// in all; of the lines of a map or geo that hold neither a pattern nor a variable the first 10,000 are kept.
Configuration read_configuration(const io::Path& main, const FileSource& files);

} // namespace mtlsca::deploy::nginx

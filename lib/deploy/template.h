// Text files filled from templates: templates/**, embedded at build time, in mustache.
//
// {{{name}}} inserts the text as it is, so it must be text that is already fit for the file (toml_string(),
// yaml_string(), nginx::Token); {{name}} escapes it for HTML. {{#name}} repeats for each object of an array
// or shows where it is true, {{^name}} shows where it is false or empty.
//
// Templates and the values given to them belong together: a name that the template has and the values lack,
// or the other way round, is a mistake in this program and throws std::logic_error.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace mtlsca::deploy {

// `name` is the path below templates/: "nginx/site.conf". `values` is an object of strings, booleans and
// arrays of such objects.
std::string render(std::string_view name, const nlohmann::json& values);

// The text as it is embedded: of a file in a language that has braces of its own.
std::string_view template_text(std::string_view name);

// A basic string of TOML 1.0, quotes included, whatever is in `text`; Error(refused) where it is not UTF-8,
// which no TOML file can hold.
std::string toml_string(std::string_view text);

// A double-quoted scalar of YAML, quotes included; Error(refused) for text that is not printable UTF-8
// (encoding/text.h).
std::string yaml_string(std::string_view text);

} // namespace mtlsca::deploy

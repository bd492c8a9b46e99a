#include "deploy/nginx/site/roles.h"

#include "deploy/nginx/language/token.h"
#include "deploy/template.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mtlsca::deploy::nginx {
namespace {

// Whole relative names before the one that is meant: "," inside a value is "\," and no boundary. An OU that
// stands inside a multi-valued name ("OU=Admin+CN=x") is not meant.
std::string ou_pattern(const std::string& ou) {
    return R"(^SUCCESS:(?:(?:[^,\\]|\\.)*,)*OU=)" + escape_regex(dn_text(ou)) + "(?:,|$)";
}

} // namespace

std::string role_variable(const std::string& role) {
    // "_" is no character of a role, so two roles never share a variable. 46 bytes are what nginx's default
    // variables_hash_bucket_size takes; a role has 32 at most.
    std::string variable = "$mtlsca_role_" + role;
    std::replace(variable.begin(), variable.end(), '-', '_');
    return variable;
}

Token role_value(const std::string& role) {
    return map_value(role + ",").value();
}

std::string dn_text(std::string_view value) {
    std::string text;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const auto byte = static_cast<unsigned char>(value[i]);
        const bool at_edge =
            (i == 0 && (byte == '#' || byte == ' ')) || (i + 1 == value.size() && byte == ' ');
        if (byte < 0x20 || byte >= 0x7f)
            text += fmt::format("\\{:02X}", byte);
        else if (at_edge || std::string_view(",+\"\\<>;").find(value[i]) != std::string_view::npos)
            text.append({'\\', value[i]});
        else
            text += value[i];
    }
    return text;
}

std::set<std::string> all_roles(const policy::Roles& roles, const std::set<std::string>& named) {
    std::set<std::string> all{gateway_role};
    all.insert(named.begin(), named.end());
    for (const auto& [ou, role] : roles)
        all.insert(role);
    return all;
}

std::string roles_by_dn(const policy::Roles& roles, const std::set<std::string>& all) {
    nlohmann::json maps = nlohmann::json::array();
    for (const std::string& wanted : all) {
        nlohmann::json lines = nlohmann::json::array();
        for (const auto& [ou, role] : roles)
            if (const auto pattern = map_pattern(ou_pattern(ou)); pattern && role == wanted)
                lines.push_back({{"pattern", pattern->text()}, {"role", role_value(role).text()}});
        maps.push_back({{"variable", role_variable(wanted)}, {"ous", lines}});
    }
    return render("nginx/roles.map", {{"roles", maps}});
}

std::string roles_joined(const std::set<std::string>& all) {
    std::string variables;
    for (const std::string& role : all)
        variables += role_variable(role);
    return render("nginx/roles_joined.map", {{"all", variables}});
}

} // namespace mtlsca::deploy::nginx

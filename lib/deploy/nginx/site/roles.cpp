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

std::string roles_map(const policy::Roles& roles, const std::set<std::string>& named) {
    std::map<std::string, std::vector<Token>> patterns{{gateway_role, {}}};
    for (const std::string& role : named)
        patterns[role];
    for (const auto& [ou, role] : roles)
        if (const auto pattern = map_pattern(ou_pattern(ou)))
            patterns[role].push_back(*pattern);

    nlohmann::json maps = nlohmann::json::array();
    std::string all;
    for (const auto& [role, tokens] : patterns) {
        nlohmann::json lines = nlohmann::json::array();
        for (const Token& token : tokens)
            lines.push_back({{"pattern", token.text()}, {"role", map_value(role + ",").value().text()}});
        maps.push_back({{"variable", role_variable(role)}, {"ous", lines}});
        all += role_variable(role);
    }
    return render("nginx/roles.map", {{"roles", maps}, {"all", all}});
}

} // namespace mtlsca::deploy::nginx

#include "policy/planning.h"

#include "encoding/der.h"

namespace planning {

x509::Name raw_name(const std::vector<std::pair<std::string, std::string>>& oids_and_values) {
    namespace der = encoding::der;
    Bytes parts;
    for (const auto& [oid, value] : oids_and_values)
        append(parts, der::element(der::set, {der::element(der::sequence,
                                                           {der::oid_element(oid),
                                                            der::text_element(der::utf8_string, value)})}));
    return x509::Name::from_der(der::element(der::sequence, parts));
}

} // namespace planning

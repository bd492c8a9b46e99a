// Names in Kubernetes: what the API server takes, so that `kubectl apply` is not the first to say no.
#pragma once

#include <string>
#include <string_view>

namespace mtlsca::deploy::kubernetes {

// RFC 1123: small letters, digits and "-" inside, at most 63: namespaces, containers, and what becomes a
// label.
bool is_dns_label(std::string_view text);
// Such labels between dots, at most 253 together: Secrets.
bool is_dns_subdomain(std::string_view text);
// The subdomain that looks most like `name`: "Alice Müller" is "alice-m-ller". Empty where nothing is left.
std::string to_dns_subdomain(std::string_view name);

// Keys and values of labels: letters, digits and "-_." inside, at most 63; a key may have a subdomain and "/"
// before it, a value may be empty.
bool is_label_key(std::string_view text);
bool is_label_value(std::string_view text);

} // namespace mtlsca::deploy::kubernetes

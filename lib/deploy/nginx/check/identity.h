// Headers that tell a backend who the client is.
#pragma once

#include "deploy/nginx/check/model.h"

#include <set>

namespace mtlsca::deploy::nginx::check {

// "127.0.0.1:8080" of "proxy_pass http://127.0.0.1:8080/base": whom a location hands requests to.
std::string authority_of(const Directive& backend);

// Lower-case names of all headers that some location sets from the client's certificate.
using HeaderNames = std::set<std::string>;
HeaderNames identity_headers(const Model& model);
// Those of `names` that a client's own request would bring to the backend of this location.
HeaderNames headers_that_pass(HeaderNames names, const Scope& location);
// Every one of `names` is set to nothing, and there are some.
bool is_public_on_purpose(HeaderNames names, const Scope& location);

} // namespace mtlsca::deploy::nginx::check

// Where nginx asks for an OCSP answer.
#pragma once

#include <string>
#include <string_view>

namespace mtlsca::deploy::nginx::check {

struct ResponderUrl {
    bool is_http = false; // the only scheme that nginx speaks to a responder; answers are signed
    std::string host;     // without port and brackets
    bool is_address = false;
};
ResponderUrl responder_url(std::string_view url);

} // namespace mtlsca::deploy::nginx::check

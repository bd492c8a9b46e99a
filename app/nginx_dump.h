// What nginx itself says of its configuration.
#pragma once

#include "deploy/nginx/language/version.h"
#include "io/file.h"

#include <optional>
#include <string>

namespace mtlsca::app {

// As `nginx -v` says; empty where there is no nginx.
std::optional<deploy::nginx::Version> installed_nginx();

// Its --conf-path; where there is no nginx, /etc/nginx/nginx.conf.
io::Path main_file_of_nginx();

struct NginxDump {
    bool is_accepted = false; // nginx -t would be content
    std::string text;         // every file of it; empty where it is too large
    std::string messages;     // what nginx told on standard error
};
// `nginx -T`, with -c where `main` is not empty. It opens nginx's log files and makes its folders, as every
// start does.
NginxDump dump_nginx(const io::Path& main);

} // namespace mtlsca::app

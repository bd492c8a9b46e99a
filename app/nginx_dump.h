// What nginx itself says of its configuration.
#pragma once

#include "io/file.h"

#include <string>

namespace mtlsca::app {

struct NginxDump {
    bool is_accepted = false; // nginx -t would be content
    std::string text;         // every file of it; empty where it is too large
    std::string messages;     // what nginx told on standard error
};
// `nginx -T` of this main file. It opens nginx's log files and makes its folders, as every
// start does.
NginxDump dump_nginx(const io::Path& main);

} // namespace mtlsca::app

// libmicrohttpd, loaded when it is needed: it brings GnuTLS and seven more libraries, which would make the
// start of each command of the program half as long again (2.5 ms). Internal to this folder.
#pragma once

#include <microhttpd.h>

namespace mtlsca::io::http {

struct Library {
    decltype(&::MHD_start_daemon) start_daemon;
    decltype(&::MHD_quiesce_daemon) quiesce_daemon;
    decltype(&::MHD_stop_daemon) stop_daemon;
    decltype(&::MHD_run) run;
    decltype(&::MHD_get_timeout) get_timeout;
    decltype(&::MHD_get_daemon_info) get_daemon_info;
    decltype(&::MHD_get_connection_info) get_connection_info;
    decltype(&::MHD_lookup_connection_value) lookup_connection_value;
    decltype(&::MHD_create_response_from_buffer) create_response_from_buffer;
    decltype(&::MHD_add_response_header) add_response_header;
    decltype(&::MHD_queue_response) queue_response;
    decltype(&::MHD_destroy_response) destroy_response;
};

// Loaded at the first call and for good. Error(failed) where it is not installed.
const Library& library();

} // namespace mtlsca::io::http

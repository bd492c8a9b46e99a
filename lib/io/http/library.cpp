#include "io/http/library.h"

#include "error.h"

#include <dlfcn.h>

namespace mtlsca::io::http {
namespace {

// The interface that <microhttpd.h> of 0.9.60 and later describes.
constexpr const char* file_name = "libmicrohttpd.so.12";

template <typename Function>
void find(void* handle, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(handle, name));
    if (function == nullptr)
        throw Error(Code::failed, file_name, std::string("has no ") + name, "install libmicrohttpd 0.9.75");
}

Library load() {
    void* handle = ::dlopen(file_name, RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr)
        throw Error(Code::failed, file_name, "cannot be loaded, and nothing is served without it",
                    "install it: apt install libmicrohttpd12");
    Library found{};
    find(handle, "MHD_start_daemon", found.start_daemon);
    find(handle, "MHD_quiesce_daemon", found.quiesce_daemon);
    find(handle, "MHD_stop_daemon", found.stop_daemon);
    find(handle, "MHD_run", found.run);
    find(handle, "MHD_get_timeout", found.get_timeout);
    find(handle, "MHD_get_daemon_info", found.get_daemon_info);
    find(handle, "MHD_get_connection_info", found.get_connection_info);
    find(handle, "MHD_lookup_connection_value", found.lookup_connection_value);
    find(handle, "MHD_create_response_from_buffer", found.create_response_from_buffer);
    find(handle, "MHD_add_response_header", found.add_response_header);
    find(handle, "MHD_queue_response", found.queue_response);
    find(handle, "MHD_destroy_response", found.destroy_response);
    return found;
}

} // namespace

const Library& library() {
    static const Library loaded = load();
    return loaded;
}

} // namespace mtlsca::io::http

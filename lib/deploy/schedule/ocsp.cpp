#include "deploy/schedule/installation.h"
#include "deploy/schedule/words.h"
#include "deploy/template.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mtlsca::deploy::schedule {
namespace {

using nlohmann::json;

constexpr const char* manual = "man:mtlsca-ocsp-serve(1) man:mtlsca-schedule(1)";

std::string service_text(const Options& options, const std::string& sockets) {
    json failure = json::array();
    if (!options.on_failure.empty())
        failure.push_back({{"unit", options.on_failure}});
    const bool has_ca = options.ocsp_presigned.empty();
    const io::Path& folder = has_ca ? options.home : options.ocsp_presigned;
    json values{
        {"description", options.name + " answers OCSP"},
        {"documentation", manual},
        {"folder", folder.string()},
        {"has_ca", has_ca},
        {"rows", options.presigns_rows},
        {"sockets", sockets},
        {"on_failure", failure},
        {"user", options.user},
        {"command", unit_word(options.program) + (has_ca ? " --home " + unit_word(folder) + " ocsp serve"
                                                         : " ocsp serve --presigned " + unit_word(folder))}};
    add_homes(values, options, {folder});
    return render("systemd/ocsp.service", values);
}

std::string socket_text(const Options& options, const std::vector<std::string>& addresses,
                        const char* descriptor) {
    json places = json::array();
    for (const std::string& address : addresses)
        places.push_back({{"place", address.starts_with("unix:") ? address.substr(5) : address}});
    return render("systemd/ocsp.socket",
                  {{"description", fmt::format("{} listens for {}", options.name, descriptor)},
                   {"documentation", manual},
                   {"places", places},
                   {"descriptor", descriptor},
                   {"service", options.name + "-ocsp.service"}});
}

} // namespace

std::vector<std::string> ocsp_units_to_enable(const Options& options) {
    std::vector<std::string> units;
    if (!options.ocsp.empty())
        units.push_back(options.name + "-ocsp.socket");
    if (!options.ocsp_metrics.empty())
        units.push_back(options.name + "-ocsp-metrics.socket");
    return units;
}

std::vector<File> ocsp_units(const Options& options, const std::string& command) {
    const std::vector<std::string> sockets = ocsp_units_to_enable(options);
    if (sockets.empty())
        return {};
    std::vector<File> files{
        {options.name + "-ocsp.service",
         signed_text(service_text(options, fmt::format("{}", fmt::join(sockets, " "))), command)},
        {sockets.front(), signed_text(socket_text(options, options.ocsp, "ocsp"), command)}};
    // The name by which `ocsp serve` knows it.
    if (!options.ocsp_metrics.empty())
        files.push_back(
            {sockets.back(), signed_text(socket_text(options, options.ocsp_metrics, "metrics"), command)});
    return files;
}

} // namespace mtlsca::deploy::schedule

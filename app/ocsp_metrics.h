// What a watchman of the responder sees, over HTTP: /metrics for Prometheus and /healthz.
#pragma once

#include "authority/ocsp/over_http.h"

namespace mtlsca::app {

class OcspMetrics final : public io::http::Handler {
public:
    // Everything but the responder outlives it.
    OcspMetrics(authority::Responder responder, const Clock& clock, const authority::OcspTraffic& traffic,
                const io::http::Server& server);
    io::http::Response answer(const io::http::Request& request) override;

private:
    std::string metrics(Time now);
    authority::Responder responder_;
    const Clock& clock_;
    const authority::OcspTraffic& traffic_;
    const io::http::Server& server_;
};

} // namespace mtlsca::app

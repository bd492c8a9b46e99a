// What a watchman of the responder sees, over HTTP: /metrics for Prometheus and /healthz.
#pragma once

#include "authority/ocsp/over_http.h"

namespace mtlsca::app {

class OcspMetrics final : public io::http::Handler {
public:
    // Everything but the source outlives it.
    OcspMetrics(std::unique_ptr<authority::AnswerSource> source, const Clock& clock,
                const authority::OcspTraffic& traffic, const io::http::Server& server);
    io::http::Response answer(const io::http::Request& request) override;

private:
    std::string metrics(Time now);
    std::unique_ptr<authority::AnswerSource> source_;
    const Clock& clock_;
    const authority::OcspTraffic& traffic_;
    const io::http::Server& server_;
};

} // namespace mtlsca::app

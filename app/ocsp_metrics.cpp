#include "ocsp_metrics.h"

#include <fmt/format.h>
#include <iterator>

namespace mtlsca::app {
namespace {

struct Page {
    void metric(const char* name, const char* type, const char* help) {
        fmt::format_to(std::back_inserter(text), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
    }
    template <typename Value>
    void single(const char* name, const char* type, const char* help, Value value) {
        metric(name, type, help);
        fmt::format_to(std::back_inserter(text), "{} {}\n", name, value);
    }
    std::string text;
};

io::http::Response text_response(unsigned status, const char* type, const std::string& text) {
    io::http::Response response{status, {{"Content-Type", type}, {"Cache-Control", "no-store"}}, {}};
    append(response.body, as_bytes(text));
    return response;
}

} // namespace

OcspMetrics::OcspMetrics(std::unique_ptr<authority::AnswerSource> source, const Clock& clock,
                         const authority::OcspTraffic& traffic, const io::http::Server& server)
    : source_(std::move(source)), clock_(clock), traffic_(traffic), server_(server) {}

io::http::Response OcspMetrics::answer(const io::http::Request& request) {
    const Time now = clock_.now();
    if (request.method != "GET" && request.method != "HEAD")
        return {405, {{"Allow", "GET, HEAD"}}, {}};
    if (request.path == "/metrics")
        return text_response(200, "text/plain; version=0.0.4; charset=utf-8", metrics(now));
    if (request.path != "/healthz")
        return text_response(404, "text/plain; charset=utf-8", "here are /metrics and /healthz\n");
    source_->generation(now); // looks at the files again
    std::string text;
    for (const Finding& finding : source_->problems(now))
        text += finding.subject + ": " + finding.detail + "\n";
    return text_response(text.empty() ? 200 : 503, "text/plain; charset=utf-8", text.empty() ? "ok\n" : text);
}

std::string OcspMetrics::metrics(Time now) {
    using Certificates = x509::OcspSingleResponse::Status;
    Page page;
    page.metric("mtlsca_ocsp_responses_total", "counter", "OCSP responses by their status");
    for (const auto status :
         {x509::OcspStatus::successful, x509::OcspStatus::malformed_request, x509::OcspStatus::internal_error,
          x509::OcspStatus::try_later, x509::OcspStatus::unauthorized})
        fmt::format_to(std::back_inserter(page.text), "mtlsca_ocsp_responses_total{{status=\"{}\"}} {}\n",
                       x509::to_string(status),
                       traffic_.by_status.at(static_cast<std::size_t>(status)).load());
    page.metric("mtlsca_ocsp_certificates_total", "counter", "Certificates in answers by their status");
    for (const auto status : {Certificates::good, Certificates::revoked, Certificates::unknown})
        fmt::format_to(std::back_inserter(page.text), "mtlsca_ocsp_certificates_total{{status=\"{}\"}} {}\n",
                       x509::to_string(status),
                       traffic_.by_certificate.at(static_cast<std::size_t>(status)).load());
    page.single("mtlsca_ocsp_cached_total", "counter", "Responses that were signed before",
                traffic_.from_cache.load());
    page.single("mtlsca_ocsp_not_modified_total", "counter", "Answers of HTTP status 304",
                traffic_.not_modified.load());
    page.single("mtlsca_ocsp_refused_total", "counter", "What was no OCSP request: HTTP status 400, 405, 415",
                traffic_.refused.load());
    page.single("mtlsca_ocsp_answering_seconds_total", "counter",
                "Time spent on answers, without the network",
                static_cast<double>(traffic_.nanoseconds.load()) / 1e9);
    const io::http::Counters counters = server_.counters();
    page.single("mtlsca_ocsp_connections", "gauge", "Connections that are open", counters.open);
    page.single("mtlsca_ocsp_connections_total", "counter", "Connections ever taken", counters.accepted);
    page.metric("mtlsca_ocsp_connections_closed_total", "counter", "Connections that were closed by us");
    fmt::format_to(std::back_inserter(page.text),
                   "mtlsca_ocsp_connections_closed_total{{reason=\"time\"}} {}\n"
                   "mtlsca_ocsp_connections_closed_total{{reason=\"displaced\"}} {}\n",
                   counters.timed_out, counters.displaced);
    page.single("mtlsca_ocsp_failures_total", "counter", "Requests that failed inside (HTTP status 500)",
                counters.failures);
    source_->generation(now);
    page.single("mtlsca_ocsp_problems", "gauge", "Why questions are answered with tryLater: /healthz",
                source_->problems(now).size());
    if (const auto end = source_->first_end())
        page.single("mtlsca_ocsp_responder_not_after_seconds", "gauge",
                    "When the first of the responders' certificates ends", end->time_since_epoch().count());
    if (const auto end = source_->first_presigned_end(now))
        page.single("mtlsca_ocsp_presigned_end_seconds", "gauge",
                    "When the first of the answers ends that were signed beforehand and are given",
                    end->time_since_epoch().count());
    return page.text;
}

} // namespace mtlsca::app

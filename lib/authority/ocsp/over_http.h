// OCSP over HTTP (RFC 6960 appendix A) with what lets clients and proxies keep answers (RFC 9919 section 7;
// it replaced RFC 5019).
//
// POST has the request as its body, GET in Base64 as the end of its path, with or without something before
// it. What is neither gets a status of 400, 405 or 415; what is, an OCSPResponse and 200.
#pragma once

#include "authority/ocsp/answer_cache.h"
#include "io/http/server.h"

#include <array>
#include <atomic>
#include <functional>
#include <memory>

namespace mtlsca::authority {

// What all workers together have done; each counts for itself.
struct OcspTraffic {
    std::array<std::atomic<std::uint64_t>, 8> by_status{};      // OCSPResponseStatus
    std::array<std::atomic<std::uint64_t>, 3> by_certificate{}; // OcspStatuses
    std::atomic<std::uint64_t> from_cache{0}, not_modified{0}, refused{0};
    std::atomic<std::uint64_t> nanoseconds{0}; // spent on answers
};

// One request, for who looks for a mistake. The path holds what a client sent.
struct OcspTrace {
    std::string_view method, path;
    unsigned status = 0;
    std::string outcome; // "successful", "malformedRequest: …"
    std::chrono::nanoseconds took{};
};

class OcspOverHttp final : public io::http::Handler {
public:
    using Tell =
        std::function<void(const OcspTrace&)>; // from the worker's thread; none: nobody wants to know
    // Clock and traffic outlive it.
    OcspOverHttp(std::unique_ptr<AnswerSource> source, const Clock& clock, OcspTraffic& traffic,
                 Tell tell = {});
    // The database is looked at once for all requests that came together (two locks and a look at its file
    // are half of what a kept answer costs), and after they came: what was committed before is in their
    // answers.
    void begin_round() override { generation_.reset(); }
    void end_round() override { source_->release(); }
    io::http::Response answer(const io::http::Request& request) override;

    // Questions and answers that are kept, of one worker: some 10,000.
    static constexpr std::size_t kept_octets = 16UL << 20U;
    // What is kept was asked about one certificate without a nonce; with hashes of 64 octets it has 200.
    static constexpr std::size_t kept_question_octets = 512;

private:
    struct Outcome {
        io::http::Response response;
        std::string text;
    };
    Outcome outcome(const io::http::Request& request);
    void look(Time now);
    void count_certificates(const OcspStatuses& statuses);
    Outcome ask(ByteView question, std::string_view if_none_match);
    Outcome from(const KeptAnswer& kept, std::string_view if_none_match, Time now);
    Outcome refuse(unsigned status, std::string text, std::vector<io::http::Header> headers = {});

    std::unique_ptr<AnswerSource> source_;
    const Clock& clock_;
    OcspTraffic& traffic_;
    Tell tell_;
    AnswerCache cache_{kept_octets};
    std::optional<std::uint64_t> generation_; // of the source, in this round
};

// The DER of a GET: the end of the path from one of its slashes on that is Base64 of one whole SEQUENCE, the
// first of them. Base64 has slashes of its own.
std::optional<Bytes> question_of_path(std::string_view path);
// "Sun, 22 Nov 2026 09:30:00 GMT", RFC 9110 5.6.7.
std::string http_date(Time time);
// Whether If-None-Match names this ETag, RFC 9110 13.1.2.
bool names_etag(std::string_view if_none_match, std::string_view etag);

} // namespace mtlsca::authority

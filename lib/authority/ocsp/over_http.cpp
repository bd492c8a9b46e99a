#include "authority/ocsp/over_http.h"

#include "encoding/base64.h"
#include "encoding/der.h"
#include "encoding/hex.h"
#include "encoding/text.h"

#include <fmt/format.h>

namespace mtlsca::authority {
namespace {

namespace der = encoding::der;

constexpr const char* request_type = "application/ocsp-request";
constexpr const char* response_type = "application/ocsp-response";
// RFC 9919 7.2: what has no authority is not to be kept.
const io::http::Header not_kept{"Cache-Control", "no-store"};

// Slashes before the Base64: a prefix of some folders, and no more work for a path full of them.
constexpr int prefix_slashes_max = 8;

// What somebody reads as a request later; the path may be anything.
bool is_whole_sequence(ByteView bytes) {
    try {
        der::Reader reader(bytes, "path");
        reader.expect(der::sequence);
        reader.expect_end();
        return true;
    } catch (const Error&) {
        return false;
    }
}

// Clients are known that leave the padding out.
std::optional<Bytes> decoded(std::string_view text) {
    if (text.size() % 4 == 0)
        return encoding::from_base64(text);
    return encoding::from_base64(std::string(text).append(4 - text.size() % 4, '='));
}

bool is_request_type(std::string_view type) {
    const std::string_view essence = type.substr(0, type.find(';'));
    const std::size_t end = essence.find_last_not_of(" \t");
    return encoding::to_lower_ascii(essence.substr(0, end == std::string_view::npos ? 0 : end + 1)) ==
           request_type;
}

void count(std::atomic<std::uint64_t>& counter, std::uint64_t more = 1) {
    counter.fetch_add(more, std::memory_order_relaxed);
}

KeptAnswer kept_answer(OcspAnswer answer) {
    // RFC 9919 7.2 recommends the digest; with quotes, RFC 9110 8.8.3.
    std::string etag = '"' + encoding::to_hex(x509::sha256(answer.der)) + '"';
    return {std::move(answer.der), std::move(etag), answer.this_update, answer.next_update, answer.statuses};
}

} // namespace

std::optional<Bytes> question_of_path(std::string_view path) {
    for (int slashes = 0; slashes < prefix_slashes_max; ++slashes) {
        const std::size_t slash = path.find('/');
        if (slash == std::string_view::npos)
            return std::nullopt;
        path.remove_prefix(slash + 1);
        // The first octet of a SEQUENCE, 0x30, is "M" and the beginning of a letter.
        if (!path.starts_with('M'))
            continue;
        if (auto der = decoded(path); der && is_whole_sequence(*der))
            return der;
    }
    return std::nullopt;
}

std::string http_date(Time time) {
    static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                       days.at(std::chrono::weekday(day).c_encoding()), static_cast<unsigned>(date.day()),
                       months.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

bool names_etag(std::string_view if_none_match, std::string_view etag) {
    for (;;) {
        const std::size_t begin = if_none_match.find_first_not_of(" \t,");
        if (begin == std::string_view::npos)
            return false;
        if_none_match.remove_prefix(begin);
        std::string_view one = if_none_match.substr(0, if_none_match.find_first_of(" \t,"));
        if_none_match.remove_prefix(one.size());
        if (one.starts_with("W/")) // the comparison is weak
            one.remove_prefix(2);
        if (one == "*" || one == etag)
            return true;
    }
}

OcspOverHttp::OcspOverHttp(std::unique_ptr<AnswerSource> source, const Clock& clock, OcspTraffic& traffic,
                           Tell tell)
    : source_(std::move(source)), clock_(clock), traffic_(traffic), tell_(std::move(tell)) {}

io::http::Response OcspOverHttp::answer(const io::http::Request& request) {
    const auto begin = std::chrono::steady_clock::now();
    Outcome made = outcome(request);
    const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - begin;
    count(traffic_.nanoseconds, static_cast<std::uint64_t>(took.count()));
    if (tell_)
        tell_({request.method, request.path, made.response.status, std::move(made.text), took});
    return std::move(made.response);
}

OcspOverHttp::Outcome OcspOverHttp::outcome(const io::http::Request& request) {
    if (request.method == "POST") {
        if (!is_request_type(request.content_type))
            return refuse(415, "not " + std::string(request_type));
        return ask(request.body, {}); // RFC 9110 13.1.2: If-None-Match is for GET and HEAD
    }
    if (request.method != "GET" && request.method != "HEAD")
        return refuse(405, "method", {{"Allow", "GET, HEAD, POST"}});
    const std::optional<Bytes> question = question_of_path(request.path);
    if (!question)
        return refuse(400, "no request in the path");
    return ask(*question, request.if_none_match);
}

OcspOverHttp::Outcome OcspOverHttp::refuse(unsigned status, std::string text,
                                           std::vector<io::http::Header> headers) {
    count(traffic_.refused);
    headers.push_back(not_kept);
    return {{status, std::move(headers), {}}, std::move(text)};
}

// Where it cannot, whoever answers says why.
void OcspOverHttp::look(Time now) {
    try {
        if (!generation_)
            generation_ = source_->generation(now);
    } catch (const Error&) {
        generation_.reset();
    }
}

void OcspOverHttp::count_certificates(const OcspStatuses& statuses) {
    for (std::size_t i = 0; i < statuses.size(); ++i)
        if (statuses.at(i) > 0)
            count(traffic_.by_certificate.at(i), statuses.at(i));
}

OcspOverHttp::Outcome OcspOverHttp::ask(ByteView question, std::string_view if_none_match) {
    const Time now = clock_.now();
    const bool may_be_kept = question.size() <= kept_question_octets;
    look(now);
    if (may_be_kept && generation_)
        if (const KeptAnswer* kept = cache_.find(question, *generation_, now)) {
            count(traffic_.from_cache);
            count(traffic_.by_status[0]);
            count_certificates(kept->statuses);
            return from(*kept, if_none_match, now);
        }
    OcspAnswer answer =
        generation_ ? source_->answer_as_of_generation(question, now) : source_->answer(question, now);
    count(traffic_.by_status.at(static_cast<std::size_t>(answer.status)));
    count_certificates(answer.statuses);
    if (answer.status != x509::OcspStatus::successful) {
        std::string text = x509::to_string(answer.status) + (": " + answer.problem);
        return {{200, {{"Content-Type", response_type}, not_kept}, std::move(answer.der)}, std::move(text)};
    }
    if (may_be_kept && generation_ && answer.is_cacheable)
        return from(cache_.keep(question, kept_answer(std::move(answer))), if_none_match, now);
    // Nobody asks the same again: what would let others keep it is not worth its time.
    return {{200,
             {{"Content-Type", response_type},
              {"Cache-Control", "max-age=0, public, no-transform, must-revalidate"}},
             std::move(answer.der)},
            x509::to_string(x509::OcspStatus::successful)};
}

OcspOverHttp::Outcome OcspOverHttp::from(const KeptAnswer& kept, std::string_view if_none_match, Time now) {
    const auto left = std::max(Duration(0), kept.next_update - now).count();
    std::vector<io::http::Header> headers{
        {"Content-Type", response_type},
        {"Last-Modified", http_date(kept.this_update)},
        {"Expires", http_date(kept.next_update)},
        {"ETag", kept.etag},
        {"Cache-Control", fmt::format("max-age={}, public, no-transform, must-revalidate", left)}};
    if (!if_none_match.empty() && names_etag(if_none_match, kept.etag)) {
        count(traffic_.not_modified);
        return {{304, std::move(headers), {}}, "not modified"};
    }
    return {{200, std::move(headers), kept.der}, x509::to_string(x509::OcspStatus::successful)};
}

} // namespace mtlsca::authority

#include "deploy/report/sections.h"
#include "deploy/report/text.h"

#include "encoding/hex.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::deploy::report {
namespace {

std::string texts(const std::vector<std::string>& values, const char* kind) {
    std::string markup;
    for (const std::string& value : values)
        markup += fmt::format("<bdi class={}>{}</bdi> ", kind, html(value));
    return markup;
}

std::string label_texts(const std::vector<store::Label>& labels) {
    std::vector<std::string> values;
    for (const store::Label& label : labels)
        values.push_back(label.key + "=" + label.value);
    return texts(values, "label");
}

std::string until(const store::Certificate& certificate, Time now) {
    return fmt::format("<time datetime=\"{}\">{}</time><small>{}</small>", to_rfc3339(certificate.not_after),
                       date(certificate.not_after), distance(certificate.not_after, now));
}

// One table row. The script sorts and filters by what stands in data-… and in the cells, so that the page has
// everything once.
std::string row(const Source& source, const store::Certificate& certificate, std::size_t profile_number) {
    const Phase phase = phase_of(source, certificate);
    std::string phase_detail;
    if (certificate.revocation)
        phase_detail = fmt::format("<small>{}</small>", x509::to_string(certificate.revocation->reason));
    return fmt::format(
        "<tr data-phase={0} data-profile={1}><th scope=row><bdi>{2}</bdi> {3}<small>{4}{5}</small></th>"
        "<td><span class=\"pill {0}\">{0}</span>{6}</td><td><bdi>{7}</bdi></td><td><bdi>{8}</bdi></td>"
        "<td>{9}</td><td><code>{10}</code></td></tr>\n",
        to_string(phase), profile_number, html(certificate.name), texts(certificate.ous, "ou"),
        texts(certificate.sans, "san"), label_texts(certificate.labels), phase_detail,
        html(certificate.profile), html(certificate.owner), until(certificate, source.now),
        encoding::to_upper_hex(certificate.serial));
}

} // namespace

void write_rows(const Source& source, const std::vector<std::string>& profiles,
                const std::function<void(std::string_view)>& write) {
    std::uint64_t written = 0;
    store::Filter filter;
    filter.order = store::Filter::Order::expiry;
    for (const bool live : {true, false}) {
        filter.live = live;
        store::for_each(
            source.database, filter, source.now, store::Depth::record,
            [&](const store::Certificate& certificate) {
                if (written == source.most_rows)
                    return false;
                if (store::is_live(certificate, source.now) != live)
                    return true;
                const auto profile = std::find(profiles.begin(), profiles.end(), certificate.profile);
                write(row(source, certificate, static_cast<std::size_t>(profile - profiles.begin())));
                ++written;
                return true;
            });
    }
}

} // namespace mtlsca::deploy::report

#include "deploy/nginx/check/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <algorithm>
#include <pcre2.h>

namespace mtlsca::deploy::nginx::check {
namespace {

// What PCRE may spend on one match: a millisecond or so, where its default of ten million takes a second
// for "(a+)+$". Memory is in KiB.
constexpr std::uint32_t most_steps = 20'000;
constexpr std::uint32_t most_depth = 2'000;
constexpr std::uint32_t most_memory_kib = 4'096;
constexpr std::size_t longest_regex = 4'096; // NGX_CONF_BUFFER

struct FreeMatchData {
    void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct FreeMatchContext {
    void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

PCRE2_SPTR units(std::string_view text) {
    return reinterpret_cast<PCRE2_SPTR>(text.data());
}

// The name of group `number`; empty where it has none.
std::string name_of(const pcre2_code* code, std::uint32_t number) {
    std::uint32_t count = 0, entry_size = 0;
    PCRE2_SPTR table = nullptr;
    pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &count);
    pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &entry_size);
    pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &table);
    for (std::uint32_t i = 0; i < count; ++i, table += entry_size)
        if ((static_cast<std::uint32_t>(table[0]) << 8U | table[1]) == number)
            return reinterpret_cast<const char*>(table + 2);
    return {};
}

} // namespace

std::optional<Pattern> Pattern::compile(std::string_view regex, bool ignores_case) {
    if (regex.size() > longest_regex)
        return std::nullopt;
    int problem = 0;
    std::size_t offset = 0;
    std::shared_ptr<pcre2_code> code(pcre2_compile(units(regex), regex.size(),
                                                   ignores_case ? PCRE2_CASELESS : 0U, &problem, &offset,
                                                   nullptr),
                                     pcre2_code_free);
    return code ? std::optional(Pattern(std::move(code))) : std::nullopt;
}

std::vector<Pattern::Capture> Pattern::match(std::string_view text) const {
    const std::unique_ptr<pcre2_match_data, FreeMatchData> data(
        pcre2_match_data_create_from_pattern(code_.get(), nullptr));
    const std::unique_ptr<pcre2_match_context, FreeMatchContext> context(pcre2_match_context_create(nullptr));
    if (!data || !context)
        return {};
    pcre2_set_match_limit(context.get(), most_steps);
    pcre2_set_depth_limit(context.get(), most_depth);
    pcre2_set_heap_limit(context.get(), most_memory_kib);
    const int matched = pcre2_match(code_.get(), units(text), text.size(), 0, 0, data.get(), context.get());
    const auto groups = static_cast<std::size_t>(std::max(0, matched)); // below 0: none, or a limit
    std::vector<Capture> captures;
    const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(data.get());
    for (std::size_t i = 0; i < groups; ++i) {
        const std::size_t begin = ends[2 * i], end = ends[2 * i + 1]; // \K can put the end before the begin
        const bool is_set = begin != PCRE2_UNSET && begin <= end;
        captures.push_back({i == 0 ? "" : name_of(code_.get(), static_cast<std::uint32_t>(i)),
                            std::string(is_set ? text.substr(begin, end - begin) : "")});
    }
    return captures;
}

std::optional<Pattern> pattern_of(std::string_view word) {
    if (!word.starts_with('~'))
        return std::nullopt;
    const bool ignores_case = word.starts_with("~*");
    return Pattern::compile(word.substr(ignores_case ? 2 : 1), ignores_case);
}

} // namespace mtlsca::deploy::nginx::check

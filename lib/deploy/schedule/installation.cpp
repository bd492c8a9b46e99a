#include "deploy/schedule/installation.h"

#include "encoding/hex.h"
#include "error.h"
#include "x509/key/key.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace mtlsca::deploy::schedule {
namespace {

constexpr std::string_view first_words = "# Written by mtlsca, not to be edited. To write it again: ";
constexpr std::string_view digest_words = " Digest: ";
constexpr std::size_t file_max_bytes = 1 << 20;

std::string digest_of(std::string_view text) {
    return encoding::to_hex(x509::sha256(as_bytes(text)));
}

// The first line names the digest of what stands below it.
bool is_as_written(std::string_view content) {
    const std::size_t end = content.find('\n');
    if (!content.starts_with(first_words) || end == std::string_view::npos)
        return false;
    const std::string_view line = content.substr(0, end);
    const std::size_t digest = line.rfind(digest_words);
    return digest != std::string_view::npos &&
           line.substr(digest + digest_words.size()) == digest_of(content.substr(end + 1));
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        lines.emplace_back(text.substr(0, text.find('\n')));
        text.remove_prefix(std::min(lines.back().size() + 1, text.size()));
    }
    return lines;
}

// Lines that only one of them has; their order is not compared.
std::vector<std::string> difference(std::string_view before, std::string_view after) {
    const std::vector<std::string> old_lines = lines_of(before), new_lines = lines_of(after);
    std::vector<std::string> found;
    const auto add = [&found](char sign, const auto& lines, const auto& others) {
        for (const std::string& line : lines)
            if (!line.starts_with(first_words) &&
                std::find(others.begin(), others.end(), line) == others.end())
                found.push_back(sign + line);
    };
    add('-', old_lines, new_lines);
    add('+', new_lines, old_lines);
    return found;
}

std::optional<std::string> content_of(const io::Path& path) {
    if (!io::exists(path))
        return std::nullopt;
    const Bytes content = io::read_file(path, file_max_bytes);
    return std::string(as_text(content));
}

} // namespace

const char* to_string(Change change) {
    return change == Change::added ? "added" : change == Change::changed ? "changed" : "unchanged";
}

std::string signed_text(const std::string& text, const std::string& command) {
    return fmt::format("{}{}{}{}\n{}", first_words, command, digest_words, digest_of(text), text);
}

std::vector<Installed> install(const std::vector<File>& files, const io::Path& folder, bool force) {
    std::vector<Installed> installed;
    Findings edited;
    for (const File& file : files) {
        Installed one{folder / file.name, Change::added, {}};
        if (const auto before = content_of(one.path)) {
            one.change = *before == file.text ? Change::unchanged : Change::changed;
            one.difference = difference(*before, file.text);
            if (one.change == Change::changed && !is_as_written(*before))
                edited.push_back(
                    {Severity::error, "schedule-edited", one.path,
                     "was edited, or is not by mtlsca; a file NAME.d/override.conf beside a unit "
                     "keeps changes"});
        }
        installed.push_back(std::move(one));
    }
    if (!edited.empty() && !force)
        throw Error(Code::already, folder, "holds files that would be overwritten",
                    "--force overwrites them; without --install they are printed", std::move(edited));
    io::make_folder(folder, 0755);
    for (std::size_t i = 0; i < files.size(); ++i)
        if (installed[i].change != Change::unchanged)
            io::write_file(installed[i].path, files[i].text, io::Mode::public_file);
    return installed;
}

} // namespace mtlsca::deploy::schedule

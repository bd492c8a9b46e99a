#include "encoding/pem.h"

#include "encoding/base64.h"
#include "error.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mtlsca::encoding {
namespace {

constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view end_mark = "-----END ";
constexpr std::string_view dashes = "-----";
// RFC 7468 section 2: generators wrap at exactly 64 characters, which are 48 bytes.
constexpr std::size_t line_bytes = 48;

// White space in a block is skipped (RFC 7468 section 3); a carriage return counts as such, so that the line
// ends of Windows are understood.
constexpr std::string_view blanks = " \t\v\f\r";

class Lines {
public:
    explicit Lines(std::string_view text) : rest_(text) {}

    bool next(std::string_view& line) {
        if (rest_.empty())
            return false;
        line = rest_.substr(0, rest_.find('\n'));
        rest_.remove_prefix(std::min(rest_.size(), line.size() + 1));
        line = line.substr(0, line.find_last_not_of(blanks) + 1);
        ++number_;
        return true;
    }
    std::size_t number() const { return number_; }

private:
    std::string_view rest_;
    std::size_t number_ = 0;
};

// The label of a line "-----BEGIN LABEL-----", or of its end. RFC 7468 section 3: printable ASCII, where a
// hyphen or a space stands between two other characters only.
std::optional<std::string_view> label_of(std::string_view line, std::string_view mark) {
    if (!line.starts_with(mark) || !line.ends_with(dashes) || line.size() <= mark.size() + dashes.size())
        return std::nullopt;
    const auto label = line.substr(mark.size(), line.size() - mark.size() - dashes.size());
    bool joint = true;
    for (const char c : label) {
        const bool is_joint = c == ' ' || c == '-';
        if (c < 0x20 || c > 0x7e || (joint && is_joint))
            return std::nullopt;
        joint = is_joint;
    }
    return joint ? std::nullopt : std::optional(label);
}

void append_without_blanks(std::string& to, std::string_view line) {
    const auto is_blank = [](char c) { return c <= ' ' && blanks.find(c) != std::string_view::npos; };
    if (std::none_of(line.begin(), line.end(), is_blank))
        to += line;
    else
        std::remove_copy_if(line.begin(), line.end(), std::back_inserter(to), is_blank);
}

// The block whose first line was just read.
PemBlock read_block(Lines& lines, std::string_view begin_line, const std::string& object) {
    const std::string block = "the PEM block in line " + std::to_string(lines.number());
    const auto refuse = [&](const std::string& reason, std::string hint = {}) {
        throw Error(Code::refused, object, block + " " + reason, std::move(hint));
    };
    const auto label = label_of(begin_line, begin_mark);
    if (!label)
        refuse("has a malformed first line");

    std::string base64;
    std::string_view line;
    while (lines.next(line)) {
        if (line.starts_with(end_mark)) {
            if (label_of(line, end_mark) != label)
                refuse("ends with another label than it begins with");
            auto der = from_base64(base64);
            if (!der || der->empty())
                refuse(der ? "is empty" : "is not base64");
            return {std::string(*label), std::move(*der)};
        }
        if (line.starts_with(begin_mark))
            refuse("has no end before the next one begins");
        if (line.find(':') != std::string_view::npos)
            refuse("has headers of RFC 1421, which is how old encrypted keys look",
                   "convert it with: openssl pkcs8 -topk8 -in FILE -out NEWFILE");
        append_without_blanks(base64, line);
    }
    refuse("has no end", "the file is cut off; copy it again");
    return {};
}

std::string end_line(const std::string& label) {
    return "-----END " + label + "-----\n";
}

std::string begin_line(const std::string& label) {
    return "-----BEGIN " + label + "-----\n";
}

// Lines of 64 characters, the last one shorter where they don't divide, take less than this.
std::size_t most_wrapped(std::size_t bytes) {
    return bytes / line_bytes * 65 + 66;
}

void append_wrapped(std::string& text, ByteView bytes) {
    for (std::size_t i = 0; i < bytes.size(); i += line_bytes) {
        append_base64(text, bytes.subspan(i, std::min(line_bytes, bytes.size() - i)));
        text += '\n';
    }
}

} // namespace

bool looks_like_pem(ByteView bytes) {
    const std::string_view text = as_text(bytes);
    for (std::size_t at = text.find(begin_mark); at != std::string_view::npos;
         at = text.find(begin_mark, at + 1))
        if (at == 0 || text[at - 1] == '\n')
            return true;
    return false;
}

std::vector<PemBlock> read_pem(std::string_view text, const std::string& object) {
    std::vector<PemBlock> blocks;
    Lines lines(text);
    std::string_view line;
    while (lines.next(line))
        if (line.starts_with(begin_mark))
            blocks.push_back(read_block(lines, line, object));
    return blocks;
}

std::string to_pem(const std::string& label, ByteView der) {
    const std::string begin = begin_line(label), end = end_line(label);
    std::string pem;
    pem.reserve(begin.size() + most_wrapped(der.size()) + end.size());
    pem += begin;
    append_wrapped(pem, der);
    return pem += end;
}

PemWriter::PemWriter(std::string label, Sink sink) : label_(std::move(label)), sink_(std::move(sink)) {
    sink_(begin_line(label_));
}

void PemWriter::write(ByteView der) {
    if (!rest_.empty()) {
        const std::size_t missing = std::min(line_bytes - rest_.size(), der.size());
        append(rest_, der.first(missing));
        der = der.subspan(missing);
        if (rest_.size() < line_bytes)
            return;
        write_lines(rest_);
        rest_.clear();
    }
    const std::size_t full = der.size() / line_bytes * line_bytes;
    write_lines(der.first(full));
    append(rest_, der.subspan(full));
}

void PemWriter::write_lines(ByteView bytes) {
    // A slice at a time, so that one large piece does not become one large text.
    constexpr std::size_t slice = line_bytes * 256;
    std::string lines;
    lines.reserve(most_wrapped(std::min(slice, bytes.size())));
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(slice, bytes.size()))) {
        lines.clear();
        append_wrapped(lines, bytes.first(std::min(slice, bytes.size())));
        sink_(lines);
    }
}

void PemWriter::finish() {
    write_lines(rest_);
    rest_.clear();
    sink_(end_line(label_));
}

} // namespace mtlsca::encoding

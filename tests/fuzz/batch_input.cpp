// Laws of what `batch` reads, whatever the octets:
//   csv_fields()        a record that is read, written again with each field in quotes, is the same fields
//   InputStream         lines are what stands between line ends, however the octets come, and none is lost
//   next_tar_member()   members are octets of the archive, one behind the other, and no more of them
#include "memory_file.h"

#include "encoding/csv.h"
#include "error.h"
#include "io/file.h"
#include "io/tar.h"

#include <algorithm>

using namespace mtlsca;

namespace {

constexpr std::size_t longest_line = 4096, largest_member = 1 << 16;

std::string in_quotes(const std::vector<std::string>& fields) {
    std::string record;
    for (const std::string& field : fields) {
        record += record.empty() ? "\"" : ",\"";
        for (const char c : field)
            record.append(c == '"' ? 2 : 1, c);
        record += '"';
    }
    return record;
}

void read_as_csv(std::string_view record) {
    const auto fields = encoding::csv_fields(record);
    if (fields)
        hold(encoding::csv_fields(in_quotes(*fields)) == fields, "a record is not what it was");
}

void read_as_lines(const MemoryFile& file, ByteView octets) {
    io::InputStream stream(file.path());
    std::string_view rest = as_text(octets);
    std::string line;
    try {
        while (stream.line(line, longest_line)) {
            std::string_view expected = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(rest.size(), expected.size() + 1));
            if (expected.ends_with('\r'))
                expected.remove_suffix(1);
            hold(line == expected, "a line is not what stands there");
            read_as_csv(line);
        }
        hold(rest.empty(), "lines were lost");
    } catch (const Error&) {
        hold(rest.substr(0, rest.find('\n')).size() >= longest_line,
             "a line was refused that is not too long");
    }
}

void read_as_tar(const MemoryFile& file, ByteView octets) {
    io::InputStream stream(file.path());
    auto from = octets.begin();
    try {
        while (const auto member = io::next_tar_member(stream, largest_member)) {
            hold(member->content.size() <= largest_member, "a member is larger than what is taken");
            const auto found =
                std::search(from, octets.end(), member->content.begin(), member->content.end());
            hold(member->content.empty() || found != octets.end(), "a member is not in the archive");
            from =
                member->content.empty() ? from : found + static_cast<std::ptrdiff_t>(member->content.size());
        }
    } catch (const Error&) { // damaged
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView octets(data, size);
    const MemoryFile file(octets);
    read_as_lines(file, octets);
    read_as_tar(file, octets);
    return 0;
}

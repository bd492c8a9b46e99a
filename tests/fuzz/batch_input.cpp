// Laws of what `batch` reads, whatever the octets:
//   csv_fields()        a record that is read, written again with each field in quotes, is the same fields
//   InputStream         lines are what stands between line ends, however the octets come, and none is lost
//   next_tar_member()   members are octets of the archive, one behind the other, and no more of them
#include "law.h"

#include "encoding/csv.h"
#include "error.h"
#include "io/file.h"
#include "io/tar.h"

#include <algorithm>
#include <sys/mman.h>
#include <unistd.h>

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

// The octets as a file that can be read from its beginning.
class Input {
public:
    explicit Input(ByteView octets) : path_("/proc/self/fd/" + std::to_string(file_)) {
        hold(file_ >= 0 && ::ftruncate(file_, 0) == 0 &&
                 ::pwrite(file_, octets.data(), octets.size(), 0) == static_cast<ssize_t>(octets.size()),
             "no memory for a file");
    }
    ~Input() { ::close(file_); }
    Input(const Input&) = delete;
    io::InputStream open() const { return io::InputStream(path_); }

private:
    const int file_ = ::memfd_create("input", MFD_CLOEXEC);
    const std::string path_;
};

void read_as_lines(const Input& input, ByteView octets) {
    io::InputStream stream = input.open();
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

void read_as_tar(const Input& input, ByteView octets) {
    io::InputStream stream = input.open();
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
    const Input input(octets);
    read_as_lines(input, octets);
    read_as_tar(input, octets);
    return 0;
}

#include "authority/ocsp/presigned_files.h"

#include "encoding/base64.h"
#include "encoding/hex.h"

#include <algorithm>

namespace mtlsca::authority {
namespace {

constexpr std::size_t time_octets_max = 64;

const io::Path& made(const io::Path& folder) {
    io::make_folder(folder, 0755);
    return folder;
}

// No answer is called so: base64 of a request begins with "M", and a serial has no "u".
io::Path end_file(const io::Path& folder, x509::OcspHash hash) {
    return folder / (hash == x509::OcspHash::sha1 ? "until.sha1" : "until.sha256");
}

} // namespace

io::Path presigned_path(PresignedNames names, ByteView request, ByteView serial) {
    const std::string name =
        names == PresignedNames::serial ? encoding::to_upper_hex(serial) : encoding::to_base64(request);
    return name + ".der";
}

PresignedFiles::PresignedFiles(io::Path folder, PresignedNames names, x509::OcspHash hash)
    : folder_(std::move(folder)), names_(names), hash_(hash), scratch_(made(folder_), ".presign") {}

io::Path PresignedFiles::path_of(const Subject& subject) const {
    return presigned_path(names_, subject.request, subject.serial);
}

std::optional<Bytes> PresignedFiles::find(const Subject& subject) {
    const io::Path file = folder_ / path_of(subject);
    if (!io::exists(file))
        return std::nullopt;
    return io::read_file(file, presigned_octets_max);
}

void PresignedFiles::keep(const std::vector<Answer>& page) {
    for (std::size_t i = 0; i < page.size(); ++i)
        scratch_.add(std::to_string(i), page[i].der, io::Mode::public_file);
    scratch_.sync();
    for (std::size_t i = 0; i < page.size(); ++i) {
        const io::Path file = path_of(page[i].subject);
        io::make_folder((folder_ / file).parent_path(), 0755);
        scratch_.place(std::to_string(i), file.native());
    }
    io::sync_folder(folder_);
}

void PresignedFiles::finish(Time, Time until) {
    io::write_file(end_file(folder_, hash_), to_rfc3339(until) + "\n", io::Mode::public_file);
}

std::optional<Time> end_of_presigned_files(const io::Path& folder) {
    std::optional<Time> first;
    for (const auto hash : {x509::OcspHash::sha1, x509::OcspHash::sha256}) {
        const io::Path file = end_file(folder, hash);
        if (!io::exists(file))
            continue;
        const Bytes content = io::read_file(file, time_octets_max);
        const std::string_view text = as_text(content);
        const auto end = parse_time(text.substr(0, text.find('\n')));
        if (!end)
            throw Error(Code::refused, file, "holds no time", "run mtlsca ocsp presign again");
        first = std::min(first.value_or(*end), *end);
    }
    return first;
}

} // namespace mtlsca::authority

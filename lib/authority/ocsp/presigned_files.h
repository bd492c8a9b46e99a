// Answers that are signed beforehand, as files that any web server serves.
#pragma once

#include "authority/ocsp/presigning.h"
#include "io/scratch.h"

namespace mtlsca::authority {

// What a file is called. By request: what a client asks for by GET (RFC 9919 section 6), base64 whose slashes
// are folders, and ".der", because it may end in one. By serial: "4F….der", for ssl_stapling_file.
enum class PresignedNames { request, serial };
io::Path presigned_path(PresignedNames names, ByteView request, ByteView serial); // below the folder

class PresignedFiles final : public PresignedPlace {
public:
    // Makes the folder where it is missing. One run at a time: what dead ones left is gone.
    PresignedFiles(io::Path folder, PresignedNames names, x509::OcspHash hash);
    std::optional<Bytes> find(const Subject& subject) override;
    void keep(const std::vector<Answer>& page) override;
    void finish(Time now, Time until) override;

private:
    io::Path path_of(const Subject& subject) const; // below the folder
    io::Path folder_;
    PresignedNames names_;
    x509::OcspHash hash_;
    const io::ScratchFolder scratch_;
};

// When the first of the answers in this folder ends, as the last whole runs for each hash left it: one file
// tells it, because a million cannot be asked each time. None: no run was ever finished. Error where it
// cannot be read.
std::optional<Time> end_of_presigned_files(const io::Path& folder);

} // namespace mtlsca::authority

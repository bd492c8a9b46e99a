// PEM (RFC 7468): labelled base64 blocks of 64 characters a line.
#pragma once

#include "bytes.h"

#include <functional>
#include <optional>

namespace mtlsca::encoding {

struct PemBlock {
    std::string label; // "CERTIFICATE REQUEST"
    Bytes der;
};

bool looks_like_pem(ByteView bytes); // holds a "-----BEGIN " at the start of a line

// Every block in the order of the text; text between blocks is skipped, as openssl and nginx do.
// A block that begins and is not well-formed (no end, other label at the end, bad base64, headers of
// RFC 1421) throws Error(refused) that names `object` and the line where the block begins.
std::vector<PemBlock> read_pem(std::string_view text, const std::string& object);

std::string to_pem(const std::string& label, ByteView der);

// Writes one block piece by piece, for content that is never in memory as a whole.
class PemWriter {
public:
    using Sink = std::function<void(std::string_view)>;
    PemWriter(std::string label, Sink sink); // writes the first line
    void write(ByteView der);
    void finish(); // must be called; writes the last line and the end

private:
    void write_lines(ByteView bytes);
    std::string label_;
    Sink sink_;
    Bytes rest_; // fewer than the 48 bytes of a line
};

} // namespace mtlsca::encoding

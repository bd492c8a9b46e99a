// Certificates as fast as they can be made: a body that the program's own encoder has laid out once, patched
// in place, and signed. What the floors and the generator of an inventory share.
#pragma once

#include "bytes.h"
#include "x509/certificate/certificate.h"

#include <array>
#include <functional>
#include <openssl/evp.h>

namespace mtlsca::bench {

// Of `mtlsca init --no-passphrase`: the CA that issues.
struct Issuer {
    explicit Issuer(const std::string& home);
    x509::Certificate certificate;
    x509::PrivateKey key;
};

constexpr std::size_t point_size = 65; // of P-256, uncompressed
constexpr std::size_t serial_size = 16;
using Point = std::array<std::uint8_t, point_size>;
using Serial = std::array<std::uint8_t, serial_size>;

// Positive and without a leading zero octet, so that each takes 16 octets.
Serial random_serial();

// What `issue NAME --profile client` of the settings that `init` writes signs for an EC P-256 key.
class LeafTemplate {
public:
    LeafTemplate(const Issuer& issuer, std::size_t name_size, Time not_before, Time not_after);

    Bytes tbs; // with room for what follows, each of a fixed size
    std::size_t serial_at, name_at, point_at, key_identifier_at;
    Bytes spki; // likewise
    std::size_t spki_point_at;
};

// Digests with an algorithm and a context that are made once. One for each thread.
class Digest {
public:
    explicit Digest(const char* algorithm);
    ~Digest();
    Digest(const Digest&) = delete;
    template <class Octets>
    Octets of(ByteView bytes) {
        Octets octets;
        write(bytes, octets.data());
        return octets;
    }

private:
    void write(ByteView bytes, std::uint8_t* to);
    EVP_MD* algorithm_;
    EVP_MD_CTX* context_;
};

// Signs bodies of one template, with contexts that are made once. One for each thread.
class LeafSigner {
public:
    LeafSigner(const LeafTemplate& layout, const Issuer& issuer);
    ~LeafSigner();
    LeafSigner(const LeafSigner&) = delete;

    // The DER certificate, valid until the next call.
    ByteView sign(const Serial& serial, std::string_view name, const Point& point);
    x509::Sha256 spki_sha256(const Point& point);
    x509::Sha256 sha256(ByteView bytes) { return sha256_.of<x509::Sha256>(bytes); }

private:
    Bytes tbs_, spki_, certificate_, signature_;
    const LeafTemplate& layout_;
    EVP_PKEY_CTX* signer_;
    Digest sha256_, sha1_;
};

// A fault of the benchmark itself.
void require(bool done, const char* what);
// The whole of a program's main(): what goes wrong is told on standard error.
int run_program(const char* name, const std::function<void()>& work);

} // namespace mtlsca::bench

// What `crl` cannot be faster than: the revoked of an inventory streamed from SQLite in two passes, for their
// length and for their octets, which are hashed and written as they come; signed with the issuer's key.
//
//   floor_crl HOME OUT
//
// HOME is of `mtlsca init --no-passphrase`. OUT is a DER CRL that openssl verifies. Nothing is read back,
// recorded, synced or put into a bundle.
#include "inventory_rows.h"

#include "encoding/der.h"
#include "x509/certificate/extension.h"
#include "x509/oid.h"

#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <unistd.h>

namespace mtlsca::bench {
namespace {

namespace der = encoding::der;

constexpr std::size_t buffer_size = 256 << 10;
constexpr std::size_t largest_signature = 3 + 72; // of P-256: two integers of 33 octets, as a BIT STRING

class HashedFile {
public:
    explicit HashedFile(const char* path)
        : file_(::open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)), signer_(EVP_MD_CTX_new()) {
        require(file_ >= 0 && signer_ != nullptr, "the CRL cannot be written");
        buffer_.reserve(buffer_size);
    }
    ~HashedFile() {
        ::close(file_);
        EVP_MD_CTX_free(signer_);
    }
    HashedFile(const HashedFile&) = delete;
    void begin_signing(const x509::PrivateKey& key, std::size_t room_before) {
        require(EVP_DigestSignInit(signer_, nullptr, EVP_sha256(), nullptr, key.handle()) == 1 &&
                    ::lseek(file_, static_cast<off_t>(room_before), SEEK_SET) >= 0,
                "signature");
    }
    void write(ByteView octets) {
        if (buffer_.size() + octets.size() > buffer_size)
            flush();
        append(buffer_, octets);
    }
    Bytes sign() {
        flush();
        Bytes signature(largest_signature);
        std::size_t size = signature.size();
        require(EVP_DigestSignFinal(signer_, signature.data(), &size) == 1, "signature");
        signature.resize(size);
        return signature;
    }
    void write_plain(ByteView octets) {
        require(::write(file_, octets.data(), octets.size()) == static_cast<ssize_t>(octets.size()), "write");
    }
    void write_at_start(ByteView octets) {
        require(::pwrite(file_, octets.data(), octets.size(), 0) == static_cast<ssize_t>(octets.size()),
                "write");
    }

private:
    void flush() {
        require(EVP_DigestSignUpdate(signer_, buffer_.data(), buffer_.size()) == 1, "signature");
        write_plain(buffer_);
        buffer_.clear();
    }
    int file_;
    EVP_MD_CTX* signer_;
    Bytes buffer_;
};

// SEQUENCE { serial, UTCTime, SEQUENCE { reasonCode } }
class EntryWriter {
public:
    ByteView entry(ByteView serial, std::int64_t revoked_at, std::int64_t reason) {
        if (revoked_at != second_) { // those of one run have one time
            second_ = revoked_at;
            time_ = der::time_element(Time(Duration(revoked_at)));
        }
        constexpr std::array<std::uint8_t, 13> extension{0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55,
                                                         0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01};
        octets_.assign({0x30, 0, 0x02, 0});
        if (serial[0] >= 0x80)
            octets_.push_back(0);
        append(octets_, serial);
        octets_[3] = static_cast<std::uint8_t>(octets_.size() - 4);
        append(octets_, time_);
        if (reason != 0) {
            append(octets_, extension);
            octets_.push_back(static_cast<std::uint8_t>(reason));
        }
        octets_[1] = static_cast<std::uint8_t>(octets_.size() - 2);
        return octets_;
    }

private:
    std::int64_t second_ = -1;
    Bytes time_, octets_;
};

template <class Visitor>
void for_each_entry(sqlite3* database, Visitor visitor) {
    Query rows(database, "SELECT serial, revoked_at, reason FROM revocation "
                         "WHERE issuer = (SELECT id FROM issuer WHERE issues = 1) ORDER BY serial");
    EntryWriter writer;
    while (rows.step())
        visitor(writer.entry(rows.blob(0), rows.integer(1), rows.integer(2)));
}

void write_crl(sqlite3* database, const Issuer& issuer, const char* path) {
    std::size_t entries_size = 0;
    for_each_entry(database, [&](ByteView entry) { entries_size += entry.size(); });

    const Bytes algorithm = x509::signature_algorithm(issuer.key.public_key());
    const Time now = SystemClock().now();
    Bytes fields = der::integer_element(1); // version 2
    for (const Bytes& field : {algorithm, issuer.certificate.subject().der(), der::time_element(now),
                               der::time_element(now + std::chrono::days(7))})
        append(fields, field);
    if (entries_size > 0)
        append(fields, der::head(der::sequence, entries_size));
    const Bytes number = x509::encode_extension(x509::oid::crl_number, false, der::integer_element(1));
    const Bytes extensions = der::element(der::context_constructed(0), {der::element(der::sequence, number)});
    Bytes front = der::head(der::sequence, fields.size() + entries_size + extensions.size());
    append(front, fields);

    // The length of the signature is known last: so the outermost head, whose own size must not depend on it.
    const std::size_t signed_size = front.size() + entries_size + extensions.size();
    const auto head_for = [&](std::size_t signature_size) {
        return der::head(der::sequence, signed_size + algorithm.size() + signature_size);
    };
    HashedFile file(path);
    const std::size_t room = head_for(largest_signature).size();
    file.begin_signing(issuer.key, room);
    file.write(front);
    for_each_entry(database, [&](ByteView entry) { file.write(entry); });
    file.write(extensions);
    const Bytes signature = der::bit_string_element(file.sign());
    file.write_plain(algorithm);
    file.write_plain(signature);
    const Bytes head = head_for(signature.size());
    require(head.size() == room, "a CRL of just this size needs another head: try one entry more");
    file.write_at_start(head);
}

void run(const std::string& home, const char* path) {
    const Issuer issuer(home);
    sqlite3* database = nullptr;
    require(sqlite3_open_v2((home + "/mtlsca.db").c_str(), &database,
                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) == SQLITE_OK &&
                sqlite3_exec(database, "BEGIN", nullptr, nullptr, nullptr) == SQLITE_OK,
            "no database");
    write_crl(database, issuer, path);
    sqlite3_close(database);
}

} // namespace
} // namespace mtlsca::bench

int main(int count, char** arguments) {
    return mtlsca::bench::run_program("floor_crl", [&] {
        mtlsca::bench::require(count == 3, "HOME OUT");
        mtlsca::bench::run(arguments[1], arguments[2]);
    });
}

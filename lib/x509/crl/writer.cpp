// CRLs, written. The entries are spooled, because their total length stands in front of them; then the list
// is signed in one pass over the spool and written in a second one, because the length of an ECDSA signature
// stands in front of everything.
#include "encoding/der.h"
#include "x509/certificate/extension.h"
#include "x509/crl/crl.h"
#include "x509/oid.h"

#include <array>

namespace mtlsca::x509 {
namespace {

namespace der = encoding::der;

// An entry laid out in place: a million of them are written in a few hundred milliseconds, which leaves no
// time for a vector for each element.
class EntryEncoder {
public:
    ByteView encode(const CrlEntry& entry) {
        size_ = 0;
        const std::size_t start = open(der::sequence);
        append_serial(entry.serial);
        append_time(entry.revoked_at, false);
        const bool has_reason = entry.reason != RevocationReason::unspecified;
        if (has_reason || entry.invalidity_date) {
            const std::size_t extensions = open(der::sequence);
            if (has_reason)
                append_reason(entry.reason);
            if (entry.invalidity_date)
                append_invalidity_date(*entry.invalidity_date);
            close(extensions);
        }
        close(start);
        return {octets_.data(), size_};
    }

private:
    // The longest entry: a serial of 22 octets, a time of 17, extensions of 2 + 12 + 26, and its own head. So
    // every length fits in one octet.
    static constexpr std::size_t longest_entry = 2 + 22 + 17 + 2 + 12 + 26;
    static_assert(longest_entry < 0x80);

    void append(std::uint8_t octet) { octets_[size_++] = octet; }
    void append(ByteView octets) {
        for (const std::uint8_t octet : octets)
            append(octet);
    }
    void append_digits(unsigned value, unsigned count) {
        for (unsigned power = count == 4 ? 1000 : 10; power > 0; power /= 10)
            append(static_cast<std::uint8_t>('0' + value / power % 10));
    }
    std::size_t open(std::uint8_t tag) {
        append(tag);
        append(std::uint8_t{0});
        return size_;
    }
    void close(std::size_t start) { octets_[start - 1] = static_cast<std::uint8_t>(size_ - start); }

    void append_serial(ByteView serial) {
        while (!serial.empty() && serial[0] == 0)
            serial = serial.subspan(1);
        // RFC 5280 4.1.2.2: positive, at most 20 octets with the sign.
        const bool needs_sign = !serial.empty() && serial[0] >= 0x80;
        if (serial.empty() || serial.size() + (needs_sign ? 1 : 0) > 20)
            throw Error(Code::refused, "crl entry", "a serial number is positive and has at most 20 octets");
        const std::size_t start = open(der::integer);
        if (needs_sign)
            append(std::uint8_t{0});
        append(serial);
        close(start);
    }

    void append_time(Time time, bool always_generalized) {
        const auto midnight = std::chrono::floor<std::chrono::days>(time);
        const std::chrono::year_month_day date{midnight};
        const std::chrono::hh_mm_ss clock{time - midnight};
        const int year = static_cast<int>(date.year());
        if (year < 0 || year > 9999)
            throw Error(Code::refused, "crl entry", "a year has four digits");
        const bool utc_time = !always_generalized && year >= 1950 && year < 2050; // RFC 5280 5.1.2.4
        const std::size_t start = open(utc_time ? der::utc_time : der::generalized_time);
        append_digits(static_cast<unsigned>(utc_time ? year % 100 : year), utc_time ? 2 : 4);
        append_digits(static_cast<unsigned>(date.month()), 2);
        append_digits(static_cast<unsigned>(date.day()), 2);
        append_digits(static_cast<unsigned>(clock.hours().count()), 2);
        append_digits(static_cast<unsigned>(clock.minutes().count()), 2);
        append_digits(static_cast<unsigned>(clock.seconds().count()), 2);
        append(std::uint8_t{'Z'});
        close(start);
    }

    // SEQUENCE { reasonCode, OCTET STRING { ENUMERATED } }, not critical
    void append_reason(RevocationReason reason) {
        constexpr std::array<std::uint8_t, 11> head{0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d,
                                                    0x15, 0x04, 0x03, 0x0a, 0x01};
        append(head);
        append(static_cast<std::uint8_t>(reason));
    }

    // SEQUENCE { invalidityDate, OCTET STRING { GeneralizedTime } }, not critical; GeneralizedTime in every
    // year (RFC 5280 5.3.2)
    void append_invalidity_date(Time date) {
        constexpr std::array<std::uint8_t, 9> head{0x30, 0x18, 0x06, 0x03, 0x55, 0x1d, 0x18, 0x04, 0x11};
        append(head);
        append_time(date, true);
    }

    std::array<std::uint8_t, longest_entry> octets_{};
    std::size_t size_ = 0;
};

// Version 2 to nextUpdate: what stands in front of the entries.
Bytes encode_fields(const CrlHeader& header, ByteView algorithm) {
    constexpr std::uint64_t version_2 = 1;
    Bytes fields = der::integer_element(version_2);
    append(fields, algorithm);
    append(fields, header.issuer);
    append(fields, der::time_element(header.this_update));
    append(fields, der::time_element(header.next_update));
    return fields;
}

// Neither is critical, and there is no issuing distribution point: nginx would refuse every client.
Bytes encode_extensions(const CrlHeader& header) {
    Bytes extensions;
    if (!header.authority_key_identifier.empty())
        append(extensions,
               encode_extension(oid::authority_key_identifier, false,
                                encode_authority_key_identifier(header.authority_key_identifier)));
    append(extensions, encode_extension(oid::crl_number, false, der::integer_element(header.number)));
    return der::element(der::context_constructed(0), {der::element(der::sequence, extensions)});
}

io::Path folder_of(const io::Path& file) {
    return file.has_parent_path() ? file.parent_path() : ".";
}

// What is signed: the entries, which are mapped, and what stands around them.
struct TbsParts {
    ByteView front, entries, extensions;

    std::size_t size() const { return front.size() + entries.size() + extensions.size(); }
    template <class Sink>
    void write_to(Sink& sink) const {
        sink.write(front);
        io::for_each_stretch(entries, io::let_go, [&sink](ByteView stretch) { sink.write(stretch); });
        sink.write(extensions);
    }
};

Bytes sign_parts(const PrivateKey& key, const TbsParts& parts, const io::Path& folder) {
    if (StreamSigner::streams(key.public_key())) {
        StreamSigner signer(key);
        parts.write_to(signer);
        return signer.finish();
    }
    io::Spool whole(folder);
    parts.write_to(whole);
    return sign(key, whole.map());
}

} // namespace

CrlWriter::CrlWriter(CrlHeader header, const PrivateKey& key, io::AtomicFile& out)
    : header_(std::move(header)), key_(key), out_(out), spool_(folder_of(out.target())) {}

void CrlWriter::add(const CrlEntry& entry) {
    EntryEncoder encoder;
    spool_.write(encoder.encode(entry));
    ++entries_;
}

void CrlWriter::finish() {
    const Bytes algorithm = signature_algorithm(key_.public_key());
    const Bytes extensions = encode_extensions(header_);
    Bytes fields = encode_fields(header_, algorithm);
    ByteView entries;
    if (entries_ > 0) { // RFC 5280 5.1.2.6: no empty list
        append(fields, der::head(der::sequence, spool_.size()));
        entries = spool_.map();
    }
    Bytes front = der::head(der::sequence, fields.size() + entries.size() + extensions.size());
    append(front, fields);

    const TbsParts parts{front, entries, extensions};
    const Bytes signature = der::bit_string_element(sign_parts(key_, parts, folder_of(out_.target())));
    out_.write(der::head(der::sequence, parts.size() + algorithm.size() + signature.size()));
    parts.write_to(out_);
    out_.write(algorithm);
    out_.write(signature);
}

} // namespace mtlsca::x509

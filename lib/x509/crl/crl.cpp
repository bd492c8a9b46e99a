// CRLs, read: walked once when they are opened, and again for each question, always over the caller's bytes.
#include "x509/crl/crl.h"

#include "encoding/der.h"
#include "x509/certificate/extension.h"
#include "x509/oid.h"
#include "x509/signature/signed.h"

#include <algorithm>
#include <array>
#include <set>

namespace mtlsca::x509 {
namespace {

namespace der = encoding::der;

// Contents of the OBJECT IDENTIFIERs 2.5.29.21 and 2.5.29.24. Bytes are compared, because a million dotted
// texts would take longer than everything else.
constexpr std::array<std::uint8_t, 3> reason_oid{0x55, 0x1d, 0x15};
constexpr std::array<std::uint8_t, 3> invalidity_date_oid{0x55, 0x1d, 0x18};

[[noreturn]] void fail(std::string_view object, const std::string& reason) {
    throw Error(Code::refused, std::string(object), reason);
}

ByteView without_zeros(ByteView serial) {
    while (serial.size() > 1 && serial[0] == 0)
        serial = serial.subspan(1);
    return serial;
}

ByteView read_serial(der::Reader& entry, std::string_view object) {
    const ByteView content = entry.expect(der::integer).content;
    // X.690 8.3.2: the first nine bits are not all the same.
    if (content.empty() || content[0] >= 0x80 || (content.size() > 1 && content[0] == 0 && content[1] < 0x80))
        fail(object, "a serial number is negative or longer than it needs to be");
    return without_zeros(content);
}

int read_reason(der::Reader value, std::string_view object) {
    const ByteView content = value.expect(der::enumerated).content;
    value.expect_end();
    constexpr int last_reason = 10; // RFC 5280 5.3.1
    if (content.size() != 1 || content[0] > last_reason)
        fail(object, "a reason is none of RFC 5280 5.3.1");
    return content[0];
}

Time read_invalidity_date(der::Reader value, std::string_view object) {
    if (!value.next_is(der::generalized_time)) // RFC 5280 5.3.2
        fail(object, "an invalidity date is no GeneralizedTime");
    const Time date = value.time();
    value.expect_end();
    return date;
}

void read_entry_extension(der::Reader extension, std::string_view object, Crl::Entry& entry,
                          std::set<std::string>& critical) {
    const ByteView identifier = extension.expect(der::object_identifier).content;
    if (extension.next_is(der::boolean) && extension.boolean_value())
        critical.insert(der::oid_text(identifier));
    const der::Reader value = extension.enter(der::octet_string);
    extension.expect_end();
    if (std::ranges::equal(identifier, reason_oid)) {
        if (entry.reason)
            fail(object, "an entry has two reasons");
        entry.reason = read_reason(value, object);
    } else if (std::ranges::equal(identifier, invalidity_date_oid)) {
        if (entry.invalidity_date)
            fail(object, "an entry has two invalidity dates");
        entry.invalidity_date = read_invalidity_date(value, object);
    } else if (der::oid_text(identifier).empty()) {
        fail(object, "an entry's extension is named by no OBJECT IDENTIFIER");
    }
}

Crl::Entry read_entry(der::Reader& list, std::string_view object, std::set<std::string>& critical) {
    der::Reader reader = list.enter(der::sequence);
    Crl::Entry entry{};
    entry.serial = read_serial(reader, object);
    entry.revoked_at = reader.time();
    if (reader.at_end())
        return entry;
    der::Reader extensions = reader.enter(der::sequence);
    reader.expect_end();
    while (!extensions.at_end())
        read_entry_extension(extensions.enter(der::sequence), object, entry, critical);
    return entry;
}

Bytes read_number(ByteView value, const std::string& object) {
    der::Reader reader(value, object);
    Bytes number = reader.unsigned_integer();
    reader.expect_end();
    return number;
}

// Those that OpenSSL, and so nginx, takes when they are critical: all others make it refuse every client.
bool may_be_critical(const std::string& oid) {
    return oid == oid::issuing_distribution_point || oid == oid::authority_key_identifier ||
           oid == oid::delta_crl_indicator;
}

} // namespace

Crl Crl::read(ByteView bytes, const std::string& object, io::Passed passed) try {
    const Signed parts = read_signed(bytes, object);
    Crl crl;
    crl.tbs_ = parts.tbs;
    crl.algorithm_ = parts.algorithm;
    crl.signature_ = parts.signature;
    crl.object_ = object;
    crl.passed_ = std::move(passed);

    der::Reader outer(parts.tbs, object);
    der::Reader tbs = outer.enter(der::sequence);
    const bool version_2 = tbs.next_is(der::integer); // absent: version 1 (RFC 5280 5.1.2.1)
    if (version_2 && tbs.small_integer() != 1)
        fail(object, "is no CRL of version 1 or 2");
    if (!std::ranges::equal(tbs.expect(der::sequence).whole, parts.algorithm)) // RFC 5280 5.1.1.2
        fail(object, "names two different signature algorithms");
    expect_algorithm(parts.algorithm, object);
    crl.issuer_ = Name::from_der(tbs.expect(der::sequence).whole);
    crl.this_update_ = tbs.time();
    if (tbs.next_is(der::utc_time) || tbs.next_is(der::generalized_time))
        crl.next_update_ = tbs.time();
    if (tbs.next_is(der::sequence))
        crl.revoked_ = tbs.expect(der::sequence).content;

    std::set<std::string> critical;
    io::Trail trail(crl.revoked_.data(), crl.passed_);
    for (der::Reader list(crl.revoked_, object); !list.at_end(); ++crl.entries_)
        trail.reach(read_entry(list, object, critical).serial.data());
    if (version_2 && tbs.next_is(der::context_constructed(0))) {
        der::Reader holder = tbs.enter(der::context_constructed(0));
        for_each_extension(holder.enter(der::sequence), object, [&](const Extension& extension) {
            if (extension.critical && !may_be_critical(extension.oid))
                critical.insert(extension.oid);
            crl.take(extension.oid, extension.value);
        });
        holder.expect_end();
    }
    tbs.expect_end();
    crl.unknown_critical_extensions_.assign(critical.begin(), critical.end());
    return crl;
} catch (const Error&) {
    rethrow_about(object);
}

void Crl::take(const std::string& extension, ByteView value) {
    if (extension == oid::crl_number)
        number_ = read_number(value, object_);
    else if (extension == oid::authority_key_identifier)
        authority_key_identifier_ = read_key_identifier(value, object_);
    else if (extension == oid::delta_crl_indicator)
        is_delta_ = true;
    else if (extension == oid::issuing_distribution_point)
        has_issuing_distribution_point_ = true;
}

std::string Crl::signature_algorithm() const {
    return algorithm_name(algorithm_);
}

bool Crl::is_signed_by(const PublicKey& issuer) const {
    return verify(issuer, algorithm_, tbs_, signature_, passed_);
}

void Crl::for_each(const std::function<bool(const Entry&)>& visitor) const {
    std::set<std::string> critical;
    io::Trail trail(revoked_.data(), passed_);
    for (der::Reader list(revoked_, object_); !list.at_end();) {
        const Entry entry = read_entry(list, object_, critical);
        if (!visitor(entry))
            return;
        trail.reach(entry.serial.data());
    }
}

std::optional<Crl::Entry> Crl::find(ByteView serial) const {
    const ByteView wanted = without_zeros(serial);
    for (der::Reader list(revoked_, object_); !list.at_end();) {
        der::Reader here = list;
        der::Reader entry = list.enter(der::sequence);
        if (!std::ranges::equal(read_serial(entry, object_), wanted))
            continue;
        std::set<std::string> critical;
        return read_entry(here, object_, critical);
    }
    return std::nullopt;
}

} // namespace mtlsca::x509

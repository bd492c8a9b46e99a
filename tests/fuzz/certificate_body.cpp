// Law: whatever content a certificate is made of, what encode_tbs() lays out is read by OpenSSL, which
// encodes it, and each of its extensions, to the same octets again; and our own reader finds in it what was
// asked for.
//
// The input is a list of choices: an octet says what, the octets up to the next line end with which text.
#include "law.h"

#include "encoding/der.h"
#include "io/file.h"
#include "x509/certificate/certificate.h"
#include "x509/openssl.h"

#include <algorithm>
#include <set>

using namespace mtlsca;
using namespace mtlsca::x509;

namespace {

Bytes spki() {
    constexpr std::size_t largest = 1 << 16;
    static const Bytes octets = io::read_file(MTLSCA_VECTORS "/keys/ec_p256.spki", largest);
    return octets;
}

// Seconds from the years 0 to 9999, the most that DER can say.
Time time_of(std::string_view text) {
    std::uint64_t number = 0;
    for (const char c : text)
        number = number * 131 + static_cast<std::uint8_t>(c);
    constexpr std::int64_t year_0 = -62167219200, seconds_in_all = 315569520000;
    return Time(std::chrono::seconds(year_0 + static_cast<std::int64_t>(number % seconds_in_all)));
}

void add_usages(CertificateContent& content, std::string_view text) {
    for (const char c : text) {
        const auto usage = static_cast<KeyUsage>(static_cast<std::uint8_t>(c) % 7);
        if (std::find(content.key_usages.begin(), content.key_usages.end(), usage) ==
            content.key_usages.end())
            content.key_usages.push_back(usage);
    }
}

void add_purpose(CertificateContent& content, std::string_view text) {
    const auto oid = parse_extended_key_usage(text);
    auto& known = content.extended_key_usages;
    if (oid && std::find(known.begin(), known.end(), *oid) == known.end())
        known.push_back(*oid);
}

void add_san(CertificateContent& content, std::string_view text) {
    const auto san = parse_san(text).san;
    if (san && std::find(content.sans.begin(), content.sans.end(), *san) == content.sans.end())
        content.sans.push_back(*san);
}

bool is_url(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

void choose(CertificateContent& content, char what, std::string_view text) {
    const Bytes octets(text.begin(), text.end());
    switch (what) {
    case 's':
        content.serial = octets;
        break;
    case 'n':
        content.subject = Name::parse(text);
        break;
    case 'i':
        content.issuer = Name::parse(text).der();
        break;
    case 'b':
        content.not_before = time_of(text);
        break;
    case 'a':
        content.not_after = time_of(text);
        break;
    case 'd':
        add_san(content, text);
        break;
    case 'c':
        content.ca = true;
        if (!text.empty())
            content.path_length = static_cast<std::uint8_t>(text[0]);
        break;
    case 'u':
        add_usages(content, text);
        break;
    case 'e':
        add_purpose(content, text);
        break;
    case 'k':
        content.authority_key_identifier = octets;
        break;
    case 'K':
        content.subject_key_identifier = octets;
        break;
    case 'r':
        content.crl_url = is_url(text) ? text : "";
        break;
    case 'q':
        content.ocsp_url = is_url(text) ? text : "";
        break;
    case 'w':
        content.issuer_url = is_url(text) ? text : "";
        break;
    case 'p':
        content.name_constraints.permitted.push_back(parse_subtree(text));
        break;
    case 'x':
        content.name_constraints.excluded.push_back(parse_subtree(text));
        break;
    case 'o':
        content.ocsp_no_check = true;
        break;
    default:
        break;
    }
}

CertificateContent read_choices(std::string_view input) {
    CertificateContent content;
    content.spki = spki();
    content.issuer = Name::parse("CN=fuzz").der();
    while (!input.empty()) {
        const std::string_view line = input.substr(0, input.find('\n'));
        input.remove_prefix(std::min(line.size() + 1, input.size()));
        if (!line.empty())
            choose(content, line[0], line.substr(1));
    }
    return content;
}

Bytes without_leading_zeros(Bytes number) {
    while (number.size() > 1 && number[0] == 0)
        number.erase(number.begin());
    return number;
}

void openssl_writes_the_same(ByteView der, ByteView tbs) {
    const auto certificate = openssl::from_der<openssl::CertificatePtr, d2i_X509>(der);
    hold(certificate != nullptr, "OpenSSL does not read it");
    unsigned char* octets = nullptr;
    const int size = i2d_re_X509_tbs(certificate.get(), &octets);
    const openssl::OctetsPtr owned(octets);
    hold(size > 0 && std::equal(tbs.begin(), tbs.end(), octets, octets + size),
         "OpenSSL encodes the body to other octets");
    for (int i = 0; i < X509_get_ext_count(certificate.get()); ++i) {
        X509_EXTENSION* extension = X509_get_ext(certificate.get(), i);
        const int type = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
        void* value = X509V3_EXT_d2i(extension);
        hold(value != nullptr, "OpenSSL does not read an extension");
        const openssl::Owned<X509_EXTENSION, X509_EXTENSION_free> again(
            X509V3_EXT_i2d(type, X509_EXTENSION_get_critical(extension), value));
        const X509V3_EXT_METHOD* method = X509V3_EXT_get_nid(type);
        ASN1_item_free(static_cast<ASN1_VALUE*>(value), ASN1_ITEM_ptr(method->it));
        hold(again && ASN1_OCTET_STRING_cmp(X509_EXTENSION_get_data(again.get()),
                                            X509_EXTENSION_get_data(extension)) == 0,
             "OpenSSL encodes an extension to other octets");
    }
}

template <class Value>
std::set<Value> set_of(const std::vector<Value>& values) {
    return {values.begin(), values.end()};
}

void our_reader_finds(const CertificateContent& content, ByteView der) {
    const Certificate read = Certificate::from_der(der, "own");
    hold(read.serial() == without_leading_zeros(content.serial), "another serial");
    hold(read.subject() == content.subject, "another subject");
    hold(read.issuer().der() == content.issuer, "another issuer");
    hold(read.not_before() == content.not_before && read.not_after() == content.not_after, "other dates");
    hold(read.public_key().spki() == content.spki, "another key");
    hold(read.sans() == content.sans, "other SANs");
    hold(read.is_ca() == content.ca, "another cA");
    hold(!content.ca || read.path_length() == content.path_length, "another path length");
    hold(set_of(read.key_usages()) == set_of(content.key_usages), "other key usages");
    hold(read.extended_key_usages() == content.extended_key_usages, "other purposes");
    hold(read.subject_key_identifier() == content.subject_key_identifier, "another key identifier");
    hold(read.authority_key_identifier() == content.authority_key_identifier,
         "another issuer's key identifier");
    const auto one = [](const std::string& url) {
        return url.empty() ? std::vector<std::string>() : std::vector<std::string>{url};
    };
    hold(read.crl_urls() == one(content.crl_url) && read.ocsp_urls() == one(content.ocsp_url) &&
             read.issuer_urls() == one(content.issuer_url),
         "other URLs");
    hold(read.name_constraints().permitted == content.name_constraints.permitted &&
             read.name_constraints().excluded == content.name_constraints.excluded,
         "other name constraints");
}

// Whether there was a certificate of it.
bool lay_out(ByteView input) {
    namespace der = encoding::der;
    static const Bytes algorithm =
        der::element(der::sequence, {der::oid_element("1.2.840.10045.4.3.2")}); // ecdsa-with-SHA256
    CertificateContent content;
    Bytes tbs;
    try {
        content = read_choices(as_text(input));
        tbs = encode_tbs(content, algorithm);
    } catch (const Error&) {
        return false; // a name, a subtree or a serial that nobody may write
    }
    const Bytes signature = der::bit_string_element(Bytes{0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01});
    const Bytes whole = der::element(der::sequence, {tbs, algorithm, signature});
    openssl_writes_the_same(whole, tbs);
    try {
        our_reader_finds(content, whole);
    } catch (const Error& error) {
        broken(error.object + ": " + error.reason);
    }
    return true;
}

// A corpus of which nothing is laid out would prove nothing.
bool corpus_is_laid_out() {
    constexpr std::size_t largest = 1 << 16;
    for (const char* name : {"client", "authority", "responder"})
        hold(lay_out(io::read_file(std::string(MTLSCA_VECTORS "/certificate_body/") + name, largest)), name);
    return true;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    [[maybe_unused]] static const bool once = corpus_is_laid_out();
    lay_out({data, size});
    return 0;
}

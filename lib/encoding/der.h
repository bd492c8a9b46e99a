// DER (X.690): a strict reader over bytes that somebody else owns, and a writer.
//
// The reader takes definite lengths in their shortest form only, tags below 31 only, and never looks
// outside of its bytes; anything else throws Error(refused, OBJECT, reason), where OBJECT is the name given
// to the outermost reader. Readers are four words, cheap to copy (a CRL has millions of elements), and must
// outlive neither the bytes nor the text of the object's name.
#pragma once

#include "bytes.h"
#include "time.h"

#include <concepts>
#include <initializer_list>

namespace mtlsca::encoding::der {

enum Tag : std::uint8_t {
    boolean = 0x01,
    integer = 0x02,
    bit_string = 0x03,
    octet_string = 0x04,
    null = 0x05,
    object_identifier = 0x06,
    enumerated = 0x0a,
    utf8_string = 0x0c,
    printable_string = 0x13,
    ia5_string = 0x16,
    utc_time = 0x17,
    generalized_time = 0x18,
    sequence = 0x30,
    set = 0x31,
};
constexpr std::uint8_t context(unsigned number) {
    return static_cast<std::uint8_t>(0x80 | number);
}
constexpr std::uint8_t context_constructed(unsigned number) {
    return static_cast<std::uint8_t>(0xa0 | number);
}

struct Element {
    std::uint8_t tag;
    ByteView content; // without tag and length
    ByteView whole;   // with them
};

class Reader {
public:
    Reader(ByteView bytes, std::string_view object) : rest_(bytes), object_(object) {}
    // A temporary would be gone before the first error names it.
    Reader(ByteView bytes, std::same_as<std::string> auto&& object) = delete;

    bool at_end() const { return rest_.empty(); }
    bool next_is(std::uint8_t tag) const { return !rest_.empty() && rest_[0] == tag; }
    Element next();                   // any element
    Element expect(std::uint8_t tag); // the next element, which must have this tag
    Reader enter(std::uint8_t tag);   // a reader of the content of expect(tag)
    void expect_end() const;          // trailing bytes are an error

    // The content of elements that have a form of their own.
    std::uint64_t small_integer();  // INTEGER, 0 .. 2^63-1
    Bytes unsigned_integer();       // INTEGER that is not negative, without its sign octet; zero is one octet
    Bytes enclosed_in_bit_string(); // BIT STRING with no unused bits
    bool boolean_value();           // BOOLEAN, 00 or FF only
    std::string oid();              // "2.5.29.20"
    Time time();                    // UTCTime or GeneralizedTime in the form of RFC 5280 4.1.2.5

private:
    ByteView integer_content();
    [[noreturn]] void fail(const std::string& reason) const;
    ByteView rest_;
    std::string_view object_;
};

// The content of an OBJECT IDENTIFIER in dotted form; empty where it is malformed or an arc needs more than
// 128 bits.
std::string oid_text(ByteView content);

// Each returns a whole element. `parts` are whole elements, one after the other.
Bytes element(std::uint8_t tag, ByteView content);
Bytes element(std::uint8_t tag, std::initializer_list<ByteView> parts);
Bytes head(std::uint8_t tag, std::size_t content_size); // tag and length alone, for content that is streamed
Bytes integer_element(std::uint64_t value);
Bytes unsigned_element(
    ByteView big_endian); // INTEGER from unsigned bytes: leading zeros cut, sign octet added
Bytes boolean_element(bool value);
Bytes oid_element(std::string_view dotted); // throws std::invalid_argument: only constants reach it
Bytes bit_string_element(ByteView content, unsigned unused_bits = 0);
Bytes octet_string_element(ByteView content);
Bytes text_element(std::uint8_t tag, std::string_view text);
// UTCTime through 2049, GeneralizedTime from 2050 and before 1950, which UTCTime cannot say (RFC
// 5280 4.1.2.5).
Bytes time_element(Time time);
Bytes generalized_time_element(Time time); // what is GeneralizedTime in every year: invalidityDate, OCSP
Bytes set_of(std::vector<Bytes> elements); // SET OF: sorted as DER wants it (X.690 11.6)

} // namespace mtlsca::encoding::der

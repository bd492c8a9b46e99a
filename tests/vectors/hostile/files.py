"""What is no DER, no PEM, or no request at all."""
import base64

from der import NULL, element, integer, name, octets, oid, sequence, set_of, utf8
from request import Case, KEY, info, issued, request, signed, unreadable

HEAD, TAIL = b"-----BEGIN CERTIFICATE REQUEST-----\n", b"-----END CERTIFICATE REQUEST-----\n"


def lines(der, width=64, end=b"\n"):
    text = base64.b64encode(der)
    return b"".join(text[i:i + width] + end for i in range(0, len(text), width))


def pem(der, label=b"CERTIFICATE REQUEST", end=b"\n"):
    return b"-----BEGIN " + label + b"-----" + end + lines(der, end=end) + b"-----END " + label + b"-----" + end


def frames():
    good = request("frame")
    inner = good[2 + (good[1] & 0x7F):]  # a request is longer than 127 octets
    size = len(inner).to_bytes(4, "big")
    for file, what, content in (
            ("trailing", "an octet behind it", good + b"\0"),
            ("trailing_request", "a second request behind it", good + good),
            ("newline", "a line feed behind it", good + b"\n"),
            ("indefinite", "an indefinite length", b"\x30\x80" + inner + b"\0\0"),
            ("long_length", "a length of four octets", b"\x30\x84" + size + inner),
            ("longer", "a length that goes beyond the end", b"\x30\x82\xff\xff" + inner),
            ("huge", "a length of eight octets", b"\x30\x88" + b"\xff" * 8 + inner),
            ("nine", "a length of nine octets", b"\x30\x89" + b"\0" * 5 + size + inner),
            ("ff", "a length of FF", b"\x30\xff" + inner),
            ("info_only", "the unsigned part", info(name([("CN", "x")]), KEY.spki())),
            ("spki", "a public key", KEY.spki()),
            ("two_parts", "two parts", sequence(sequence(), sequence())), ("nothing", "an empty SEQUENCE", sequence()),
            ("nested", "ten thousand sequences", b"".join(b"\x30\x83" + (5 * (10000 - i)).to_bytes(3,
                "big") for i in range(1, 10001))),
            ("twenty", "sixty thousand zeros in a SEQUENCE", element(0x30, b"\0" * 60000))):
        yield unreadable(f"frame_{file}", what, "", content)
    for tag in (0x00, 0x02, 0x10, 0x31, 0x60, 0xA0, 0x3F, 0xFF):
        yield unreadable(f"frame_tag_{tag:02x}", f"the tag {tag:02x}", "", bytes([tag]) + good[1:])
    for size in (*range(0, 12), *range(20, len(good), 23), len(good) - 1):
        yield unreadable(f"cut_{size:03}", f"the first {size} octets", "", good[:size])
    for place in range(0, len(good), 5):
        changed = bytearray(good)
        changed[place] ^= 1 << place % 8
        yield Case(f"flipped_{place:03}", f"a bit of octet {place}", "refused", bytes(changed))
    for place in range(2, len(good), 11):
        yield Case(f"dropped_{place:03}", f"without octet {place}", "refused", good[:place] + good[place + 1:])


def armour():
    def of(file):
        return request(f"pem_{file}")
    for file, what, make in (
            ("plain", "as openssl writes it", pem), ("new", "with the old label",
                                                     lambda der: pem(der, b"NEW CERTIFICATE REQUEST")),
            ("crlf", "with CR and LF", lambda der: pem(der, end=b"\r\n")),
            ("no_end", "without a line feed at its end", lambda der: pem(der)[:-1]),
            ("text", "text in front", lambda der: b"Certificate Request:\n  \x1b[31mData\x07\0\n" + pem(der)),
            ("behind", "text behind", lambda der: pem(der) + b"bye\n"),
            ("one_line", "base64 in one line", lambda der: HEAD + base64.b64encode(der) + b"\n" + TAIL),
            ("narrow", "lines of four characters", lambda der: HEAD + lines(der, 4) + TAIL),
            ("key_beside", "another block in front", lambda der: pem(octets(b"x"), b"PUBLIC KEY") + pem(der))):
        yield issued(f"pem_{file}", what, make(of(file)))
    good = of("broken")
    body = base64.b64encode(good)
    for file, what, content in (
            ("two", "two requests", pem(good) + pem(good)), ("no_tail", "no END line", HEAD + lines(good)),
            ("no_head", "no BEGIN line", lines(good) + TAIL),
            ("other_tail", "another END line", HEAD + lines(good) + b"-----END CERTIFICATE-----\n"),
            ("certificate", "the label of a certificate", pem(good, b"CERTIFICATE")),
            ("trusted", "a label that there is not", pem(good, b"X509 REQUEST")),
            ("lower", "small letters", pem(good).lower()), ("empty", "nothing inside", HEAD + TAIL),
            ("cut", "a base64 character too few", HEAD + body[:-1] + b"\n" + TAIL),
            ("illegal", "an exclamation mark inside", HEAD + body[:50] + b"!" + body[51:] + b"\n" + TAIL),
            ("nul", "a NUL inside", HEAD + body[:50] + b"\0" + body[51:] + b"\n" + TAIL),
            ("padding", "padding inside", HEAD + body[:48] + b"====" + body[52:] + b"\n" + TAIL),
            ("url", "the alphabet of URLs", HEAD + base64.urlsafe_b64encode(b"\xff" * 90) + b"\n" + TAIL),
            ("utf16", "UTF-16", pem(good).decode().encode("utf-16")),
            ("encrypted", "headers of an encrypted block", HEAD + b"Proc-Type: 4,ENCRYPTED\n\n" + lines(good) + TAIL),
            ("trailing", "an octet behind the request", pem(good + b"\0")),
            ("nested", "PEM in PEM", pem(pem(good))),
            ("bom", "a byte order mark in front", b"\xef\xbb\xbf" + pem(good))):
        yield unreadable(f"pem_is_{file}", what, "", content)


def files():
    certificate = sequence(sequence(b"\xa0\x03\x02\x01\x02", integer(1), sequence(oid("1.2.840.10045.4.3.2")),
                                    name([("CN", "x")]),
                                    sequence(element(0x17, b"260101000000Z"), element(0x17, b"270101000000Z")),
                                    name([("CN", "x")]), KEY.spki()),
                           KEY.algorithm(), element(3, b"\0x"))
    for file, what, content in (
            ("empty", "nothing", b""), ("space", "a space", b" "), ("nul", "a NUL", b"\0"),
            ("nuls", "zeros", b"\0" * 65536), ("ff", "FF", b"\xff" * 1000),
            ("text", "text", b"not a request\n" * 100), ("escapes", "escape sequences",
                                                         b"\x1b]0;owned\x07\x1b[2J\x9b31m" * 20),
                                                         ("html", "a web page",
                                                          b"<!doctype html><script>alert(1)</script>"),
            ("json", "JSON", b'{"csr": "x"}'), ("key", "a private key", pem(octets(b"x" * 32), b"PRIVATE KEY")),
            ("certificate", "a certificate", certificate),
            ("certificate_pem", "a certificate", pem(certificate, b"CERTIFICATE")),
            ("crl", "a CRL", pem(sequence(sequence(), sequence()), b"X509 CRL")),
            ("gzip", "gzip", b"\x1f\x8b\x08" + b"x" * 100),
            ("spkac", "SPKAC of Netscape", b"SPKAC=" + base64.b64encode(sequence(sequence(KEY.spki(),
                element(0x16, b"x")), KEY.algorithm(), element(3, b"\0x"))) + b"\n"),
            ("pkcs7", "PKCS #7", sequence(oid("1.2.840.113549.1.7.2"), b"\xa0\x02" + sequence())),
            ("many_lines", "sixty thousand line feeds", b"\n" * 60000),
            ("many_begins", "a thousand BEGIN lines", HEAD * 1000), ("dashes", "sixty thousand dashes", b"-" * 60000),
            ("larger", "an octet more than 64 KiB", pem(request("x")) + b"\n" * 65537)):
        yield unreadable(f"file_{file}", what, "", content)
    whole = pem(request("file_largest"))
    yield issued("file_largest", "64 KiB, of which most is comment", whole + b"#" * (65536 - len(whole)))


def cases():
    for group in (frames, armour, files):
        yield from group()

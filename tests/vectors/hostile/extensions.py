"""Extensions and attributes that ask for more, or are malformed."""
from der import NULL, bits, boolean, context, element, integer, name, octets, oid, printable, sequence, set_of, utf8
from request import (BASIC_CONSTRAINTS, EXTENSION_REQUEST, KEY, KEY_USAGE, dns, extension, extension_request, info,
                     issued,
                     refused, request, san, signed, unreadable)

MICROSOFT = "1.3.6.1.4.1.311.2.1.14"


def asks(file, kind, value, critical=None):
    return request(file, extension(kind, value, critical))


def authority():
    for critical in (None, True, False):
        for file, value in (("ca", sequence(boolean(True))), ("ca_path", sequence(boolean(True), integer(0)))):
            file = f"{file}_{critical}".lower()
            yield refused(file, "wants to be a CA", "request-asks-for-ca",
                          asks(file, BASIC_CONSTRAINTS, value, critical))
    for file, what, value in (
            ("ber", "TRUE as 01", sequence(element(1, b"\1"))),
            ("trailing", "octets behind it", sequence(boolean(True)) + b"\0"),
            ("third", "a third part", sequence(boolean(False), integer(0), NULL)),
            ("path_text", "a path length of text", sequence(boolean(False), utf8("1"))),
            ("path_negative", "a negative path length", sequence(boolean(False), integer(-1))),
            ("path_huge", "a path length of ten thousand octets", sequence(boolean(False), integer(2**80000))),
            ("nothing", "no octets", b""), ("set", "a SET", set_of(boolean(False))),
            ("boolean_long", "a BOOLEAN of two octets", sequence(element(1, b"\0\0")))):
        yield refused(f"basic_{file}", f"basicConstraints: {what}", "extension-malformed",
                      asks(f"basic_{file}", BASIC_CONSTRAINTS, value))
    yield issued("basic_leaf", "CA:FALSE as DER has it", asks("basic_leaf", BASIC_CONSTRAINTS, sequence(), True))
    yield issued("basic_false", "CA:FALSE written out", asks("basic_false", BASIC_CONSTRAINTS, sequence(boolean(False)),
                                                             True))
    for file, what, value, rule in (
            ("cert_sign", "keyCertSign", bits(b"\x04", 2), "request-asks-for-cert-sign"),
            ("crl_sign", "cRLSign", bits(b"\x02", 1), "request-asks-for-crl-sign"),
            ("all", "every usage", bits(b"\xff\x80", 7), "request-asks-for-cert-sign"),
            ("long", "keyCertSign in a thousand octets", bits(b"\x04" * 1000), "request-asks-for-cert-sign"),
            ("unused_8", "eight unused bits", bits(b"\x80", 8), "extension-malformed"),
            ("unused_alone", "unused bits of no octets", bits(b"", 3), "extension-malformed"),
            ("empty", "a BIT STRING of no octets", element(3), "extension-malformed"),
            ("octets", "an OCTET STRING", octets(b"\x80"), "extension-malformed"),
            ("trailing", "octets behind it", bits(b"\x80", 7) + b"\0", "extension-malformed")):
        yield refused(f"usage_{file}", f"keyUsage: {what}", rule, asks(f"usage_{file}", KEY_USAGE, value))
    yield issued("usage_other", "usages that the profile doesn't have",
                 asks("usage_other", KEY_USAGE, bits(b"\x78", 3), True))


KINDS = {"extendedKeyUsage": "2.5.29.37", "certificatePolicies": "2.5.29.32", "subjectKeyIdentifier": "2.5.29.14",
         "tlsFeature": "1.3.6.1.5.5.7.1.24",
         "authorityKeyIdentifier": "2.5.29.35", "nameConstraints": "2.5.29.30", "policyConstraints": "2.5.29.36",
         "policyMappings": "2.5.29.33",
         "inhibitAnyPolicy": "2.5.29.54", "crlDistributionPoints": "2.5.29.31",
         "authorityInfoAccess": "1.3.6.1.5.5.7.1.1", "issuerAltName": "2.5.29.18",
         "ocspNoCheck": "1.3.6.1.5.5.7.48.1.5", "proxyCertInfo": "1.3.6.1.5.5.7.1.14",
         "ctPoison": "1.3.6.1.4.1.11129.2.4.3",
         "netscapeCertType": "2.16.840.1.113730.1.1", "privateKeyUsagePeriod": "2.5.29.16",
         "qcStatements": "1.3.6.1.5.5.7.1.3", "unknown": "1.2.3.4.5"}
ANSWERED = {"extendedKeyUsage", "certificatePolicies", "subjectKeyIdentifier", "tlsFeature"}


def others():
    for kind, number in KINDS.items():
        value = sequence(oid("1.3.6.1.5.5.7.3.9"),
                         oid("2.5.29.37.0")) if kind == "extendedKeyUsage" else b"\x1b[31m no DER \0"
        yield issued(f"{kind}", f"{kind}, not critical: dropped, whatever it holds", asks(kind, number, value))
        file = f"{kind}_critical"
        if kind in ANSWERED:
            yield issued(file, f"{kind}, critical: the profile answers it", asks(file, number, value, True))
        else:
            yield refused(file, f"{kind}, critical", "request-critical-extension", asks(file, number, value, True))
    yield refused("extension_twice", "an unknown extension twice", "extension-duplicate",
                  request("extension_twice", extension("1.2.3", b"a"), extension("1.2.3", b"b")))
    yield issued("extensions_many", "a thousand kinds of extensions",
                 request("extensions_many", *(extension(f"1.2.3.{i}", b"x") for i in range(1000)),
                         san(dns("a.example"))), ["DNS:a.example"])
    yield issued("extension_long_oid", "an OID of a thousand arcs",
                 asks("extension_long_oid", "1.2" + ".3" * 1000, b"x"))
    yield unreadable("extension_huge_arc", "an arc of two thousand bits", "malformed",
                     asks("extension_huge_arc", f"1.2.{2**2000}", b"x"))
    whole = extension("1.2.3", b"x")
    for file, what, der in (
            ("no_value", "no value", sequence(oid("1.2.3"))), ("no_oid", "no OID", sequence(octets(b"x"))),
            ("text", "a value that is no OCTET STRING", sequence(oid("1.2.3"), utf8("x"))),
            ("critical_ber", "critical as 01", sequence(oid("1.2.3"), element(1, b"\1"), octets(b"x"))),
            ("critical_twice", "critical twice", sequence(oid("1.2.3"), boolean(True), boolean(True), octets(b"x"))),
            ("trailing", "octets behind it", sequence(oid("1.2.3"), octets(b"x"), NULL)),
            ("constructed", "a constructed OCTET STRING", sequence(oid("1.2.3"), element(0x24, octets(b"x")))),
            ("set", "a SET", set_of(oid("1.2.3"), octets(b"x"))),
            ("oid_padded", "an OID that begins with 80", sequence(element(6, b"\x80\x01"), octets(b"x"))),
            ("oid_empty", "an OID of no octets", sequence(element(6), octets(b"x"))),
            ("oid_cut", "an OID without an end", sequence(element(6, b"\x2a\x83"), octets(b"x"))),
            ("behind", "NULL behind a sound one", whole + NULL)):
        yield unreadable(f"extension_{file}", what, "malformed", request(f"extension_{file}", der))


def attributes():
    def with_attributes(file, attributes):
        return signed(info(name([("CN", file)]), KEY.spki(), attributes))
    one = san(dns("a.example"))
    yield issued("attributes_none", "[0] is left out", signed(sequence(integer(0), name([("CN", "attributes_none")]),
                                                                       KEY.spki())))
    yield issued("attributes_empty", "no attributes", with_attributes("attributes_empty", b""))
    yield issued("attribute_microsoft", "the extensions as Microsoft asks for them",
                 with_attributes("attribute_microsoft", extension_request(one, kind=MICROSOFT)), ["DNS:a.example"])
    for file, what, kind, value in (
            ("challenge", "a challenge password", "1.2.840.113549.1.9.7", printable("secret\x1b[0m")),
            ("unstructured", "an unstructured name", "1.2.840.113549.1.9.2", utf8("x\0y")),
            ("unknown", "nobody knows it", "1.2.3.4", NULL), ("renewal", "a certificate to be renewed",
                                                              "1.3.6.1.4.1.311.13.1", sequence()),
            ("long", "sixty thousand octets", "1.2.3.4", octets(b"x" * 60000))):
        yield issued(f"attribute_{file}", f"an attribute that is ignored: {what}",
                     with_attributes(f"attribute_{file}", sequence(oid(kind), set_of(value)) + extension_request(one)),
                     ["DNS:a.example"])
    yield refused("requests_two", "extensions asked for twice", "attribute-duplicate",
                  with_attributes("requests_two", extension_request(one) + extension_request(extension("1.2.3", b"x"))))
    yield refused("requests_both", "extensions asked for in both ways", "attribute-duplicate",
                  with_attributes("requests_both", extension_request(one) + extension_request(san(dns("b.example")),
                      kind=MICROSOFT)))
    yield refused("requests_values", "two values of one attribute", "attribute-duplicate",
                  with_attributes("requests_values", sequence(oid(EXTENSION_REQUEST),
                                                              set_of(sequence(one),
                                                                     sequence(extension("1.2.3", b"x"))))))
    yield refused("requests_ca_second", "CA:TRUE in a second value", "request-asks-for-ca",
                  with_attributes("requests_ca_second", sequence(oid(EXTENSION_REQUEST),
                                                                 set_of(sequence(one),
                                                                        sequence(extension(BASIC_CONSTRAINTS,
                                                                            sequence(boolean(True))))))))
    for file, what, der in (
            ("no_value", "no value", sequence(oid(EXTENSION_REQUEST), set_of())),
            ("no_set", "no SET of values", sequence(oid(EXTENSION_REQUEST))),
            ("value_text", "text instead of extensions", sequence(oid(EXTENSION_REQUEST), set_of(utf8("x")))),
            ("set", "a SET", set_of(oid("1.2.3"), set_of(NULL))),
            ("trailing", "octets behind its values", sequence(oid("1.2.3"), set_of(NULL), NULL)),
            ("null", "NULL", NULL), ("no_oid", "no OID", sequence(set_of(NULL)))):
        yield unreadable(f"attribute_is_{file}", what, "malformed", with_attributes(f"attribute_is_{file}", der))
    yield unreadable("attributes_sequence", "a SEQUENCE instead of [0]", "malformed",
                     signed(sequence(integer(0), name([("CN", "x")]), KEY.spki(), sequence(extension_request(one)))))
    yield unreadable("attributes_one", "[1] behind [0]", "malformed",
                     signed(sequence(integer(0), name([("CN", "x")]), KEY.spki(), context(0),
                                     context(1, extension_request(one)))))
    for version in (1, 2, 255):
        yield refused(f"version_{version}", f"version {version}", "request-version",
                      signed(info(name([("CN", f"version_{version}")]), KEY.spki(), b"", version)))
    yield unreadable("version_negative", "version -1", "malformed",
                     signed(info(name([("CN", "x")]), KEY.spki(), b"", -1)))
    yield unreadable("version_huge", "a version of two thousand bits", "malformed",
                     signed(info(name([("CN", "x")]), KEY.spki(), b"", 2**2000)))
    yield unreadable("version_missing", "no version", "malformed",
                     signed(sequence(name([("CN", "x")]), KEY.spki(), context(0))))


def cases():
    for group in (authority, others, attributes):
        yield from group()

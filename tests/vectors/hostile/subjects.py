"""Subjects: lengths, strings, characters, roles, attributes."""
from der import NULL, element, ia5, name, oid, printable, relative_name, sequence, set_of, utf8
from request import KEY, info, issued, refused, signed, unreadable

KINDS = {"utf8": (0x0C, "utf-8"), "printable": (0x13, "ascii"), "teletex": (0x14, "latin-1"),
         "ia5": (0x16, "ascii"), "bmp": (0x1E, "utf-16-be"),
         "universal": (0x1C, "utf-32-be")}


def subject(der):
    return signed(info(der, KEY.spki()))


def common_name(value):
    return subject(name([("CN", value)]))


def lengths():
    yield issued("cn_1", "one letter", common_name("x"), common_name="x")
    for size in (63, 64):
        yield issued(f"cn_{size}", f"{size} letters, ub-common-name is 64", common_name("a" * size),
                     common_name="a" * size)
    for size in (65, 300, 60000):
        yield refused(f"cn_{size}", f"{size} letters", "text-too-long", common_name("b" * size))
    yield issued("cn_64_umlauts", "64 characters of two octets", common_name("ü" * 64), common_name="ü" * 64)
    yield refused("cn_65_umlauts", "65 characters of two octets", "text-too-long", common_name("ö" * 65))
    yield refused("cn_65_bmp", "65 characters of UTF-16", "text-too-long",
                  common_name(element(0x1E, ("c" * 65).encode("utf-16-be"))))
    yield refused("cn_empty", "empty text and no SAN", "name-missing", common_name(""))


def strings():
    for kind, (tag, encoding) in KINDS.items():
        yield issued(f"cn_{kind}", f"the CN as {kind} string", common_name(element(tag, f"cn_{kind}".encode(encoding))))
        yield unreadable(f"cn_{kind}_constructed", f"a constructed {kind} string", "name",
                         common_name(element(tag | 0x20, element(tag, b"abcd"))))
    for file, tag in (("cn_visible", 0x1A), ("cn_visible_constructed", 0x3A)):
        yield unreadable(file, "a VisibleString, with which OpenSSL reads no name", "name",
                         common_name(element(tag, b"cn_visible")))
    for kind, tag in {"octets": 4, "integer": 2, "bits": 3, "boolean": 1, "null": 5, "sequence": 0x30, "set": 0x31,
                      "general": 0x1B, "videotex": 0x15, "graphic": 0x19, "time": 0x17, "oid": 6,
                      "context": 0x80, "enumerated": 10, "real": 9, "private": 0xC3}.items():
        yield unreadable(f"cn_as_{kind}", f"the CN is a {kind}, no string", "name",
                         common_name(element(tag, b"\x30\x00")))
    for file, what, tag, content in (
            ("bmp_odd", "UTF-16 of an odd number of octets", 0x1E, b"\0a\0"),
            ("bmp_surrogate", "half a surrogate pair", 0x1E, b"\xd8\x00\0a"),
            ("universal_cut", "UTF-32 of five octets", 0x1C, b"\0\0\0a\0"),
            ("universal_beyond", "a character beyond U+10FFFF", 0x1C, b"\0\x11\0\0"),
            ("utf8_overlong", "a slash in two octets", 0x0C, b"a\xc0\xafb"),
            ("utf8_surrogate", "a surrogate", 0x0C, b"\xed\xa0\x80"),
            ("utf8_cut", "the first octet of two", 0x0C, b"a\xc3"),
            ("utf8_continuation", "a continuation alone", 0x0C, b"\x80a"),
            ("utf8_beyond", "beyond U+10FFFF", 0x0C, b"\xf4\x90\x80\x80"),
            ("utf8_five", "five octets", 0x0C, b"\xf8\x88\x80\x80\x80"),
            ("printable_8bit", "not ASCII", 0x13, b"a\xfc"),
            ("printable_exclamation", "an exclamation mark", 0x13, b"a!b"),
            ("ia5_8bit", "not ASCII", 0x16, b"a\xfc"),
            ("numeric_letter", "a letter among numbers", 0x12, b"12a")):
        yield unreadable(f"cn_{file}", what, "name", common_name(element(tag, content)))


def characters():
    for code in [*range(0x20), 0x7F, 0x80, 0x85, 0x9B, 0x9F]:
        yield refused(f"cn_control_{code:02x}", f"U+{code:04X} inside", "text-not-printable",
                      common_name(f"a{chr(code)}[31mb"))
    for code in (0xAD, 0x180E, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202E, 0x2060,
                 0x2066, 0x2069, 0xFEFF, 0xFFF9, 0xFFFE, 0xFFFF, 0xE000, 0xE0041, 0x1FFFE, 0x10FFFF, 0x061C, 0x3164,
                 0x115F, 0x17B4, 0x2800, 0xFE0F, 0xE0100):
        yield refused(f"cn_invisible_{code:04x}", f"U+{code:04X} inside", "text-not-printable",
                      common_name(f"a{chr(code)}b"))
    for code in (0xA0, 0x1680, 0x2003, 0x202F, 0x205F, 0x3000):
        yield refused(f"cn_space_{code:04x}", f"a space that is none: U+{code:04X}", "text-space",
                      common_name(f"a{chr(code)}b"))
    for character in ',+"\\<>;=':
        yield refused(f"cn_special_{ord(character):02x}", f"'{character}' inside", "text-character",
                      common_name(f"a{character}b"))
    for file, text in (("first", " alice"), ("last", "alice "), ("only", " ")):
        yield refused(f"cn_space_{file}", "an outer space", "text-space", common_name(text))
    for code in (0x0410, 0x0391):
        yield issued(f"cn_mixed_{code:04x}", "Latin with a foreign capital A: a warning",
                     common_name(f"{chr(code)}lice"),
                     common_name=f"{chr(code)}lice")
    yield issued("cn_all_cyrillic", "Cyrillic that reads as Latin: a warning", common_name("расе"), common_name="расе")
    for file, text in (("path", "../../../etc/cron.d/x"), ("slash", "p/q"), ("dot", "."), ("dots", ".."),
                       ("option", "-rf"), ("tilde", "~root"), ("dollar", "$(touch pwned)"), ("backtick", "`id`"),
                       ("pipe", "a|b&c"), ("star", "s*t"), ("percent", "%00%n%s"), ("quote", "x'y"), ("hash", "#abc"),
                       ("brace", "{serial}"), ("yaml", "a: b"), ("html", "a&b"), ("dos", "CON"),
                       ("long_dots", "..." * 21)):
        yield issued(f"cn_{file}", "text that a shell, a path or a template would take for its own", common_name(text),
                     common_name=text)


def roles():
    for file, value in (("role", "Admin"), ("role_printable", printable("Admin")),
                        ("role_bmp", element(0x1E, "Admin".encode("utf-16-be"))),
                        ("role_teletex", element(0x14, b"Admin"))):
        yield refused(f"ou_{file}", "a role that nobody granted", "ou-not-granted",
                      subject(name([("OU", value)], [("CN", f"ou_{file}")])))
    for file, value in (("lower", "admin"), ("upper", "ADMIN"), ("spaces", " Admin "), ("cyrillic", "Аdmin"),
                        ("wide", "Ａｄｍｉｎ"), ("mathematical", "𝐀𝐝𝐦𝐢𝐧"), ("joined", "Ad\u200bmin"),
                        ("comma", "x,OU=Admin"), ("plus", "x+OU=Admin"), ("newline", "Admin\n"), ("nul", "Admin\0")):
        yield refused(f"ou_{file}", "looks like a role", "ou-looks-like-role",
                      subject(name([("OU", value)], [("CN", f"ou_{file}")])))
    yield refused("ou_beside_cn", "a role in one RDN with the CN", "ou-not-granted",
                  subject(name([("OU", "Ops"), ("CN", "ou_beside_cn")])))
    yield refused("ou_behind_cn", "a role behind the CN", "ou-not-granted",
                  subject(name([("CN", "ou_behind_cn")], [("OU", "Gateway")])))
    yield issued("ou_nul_inside", "a role to who stops at a NUL: dropped",
                 subject(name([("OU", "Admin\0x")], [("CN", "ou_nul_inside")])))
    yield issued("ou_other", "OUs that are no role are dropped",
                 subject(name(*([("OU", f"unit {i}")] for i in range(100)), [("CN", "ou_other")])))


def attributes():
    for kind, value in (("C", printable("DE")), ("C", printable("DEU")), ("C", utf8("D")), ("O", "Evil"),
                        ("L", "x" * 500),
                        ("emailAddress", ia5("a@b.example")), ("serialNumber", printable("1")), ("DC", ia5("x")),
                        ("UID", "root"), ("title", "\x1b]0;x\a"), ("1.2.3.4.5", "x"), ("2.5.4.9999", "x")):
        file = f"attribute_{kind}_{value.hex()[:6] if isinstance(value, bytes) else value[:1].encode().hex()}"
        yield issued(file, "an attribute that the profile doesn't want is dropped",
                     subject(name([(kind, value)], [("CN", file)])))
    yield refused("cn_twice", "two common names", "cn-several", subject(name([("CN", "cn_twice")], [("CN", "root")])))
    yield refused("cn_twice_in_one", "two common names in one RDN", "cn-several",
                  subject(name([("CN", "cn_twice_in_one"), ("CN", "root")])))
    yield issued("cn_same_twice", "the same common name twice",
                 subject(name([("CN", "cn_same_twice")], [("CN", "cn_same_twice")])))
    yield issued("many_attributes", "five hundred attributes",
                 subject(name(*([("O", f"{i}")] for i in range(500)), [("CN", "many_attributes")])))
    one = sequence(oid("2.5.4.3"), utf8("x"))
    for file, what, der in (
            ("rdn_empty", "an RDN without attributes", sequence(set_of())),
            ("rdn_sequence", "a SEQUENCE where a SET should be", sequence(sequence(one))),
            ("rdn_unsorted", "a SET that is not sorted", sequence(element(0x31, *sorted(
                (one, sequence(oid("2.5.4.10"), utf8("y"))), reverse=True)))),
            ("attribute_no_value", "an attribute without a value", sequence(set_of(sequence(oid("2.5.4.3"))))),
            ("attribute_two_values", "an attribute of two values",
             sequence(set_of(sequence(oid("2.5.4.3"), utf8("x"), utf8("y"))))),
            ("attribute_no_oid", "a type that is no OID", sequence(set_of(sequence(NULL, utf8("x"))))),
            ("attribute_oid_empty", "an OID of no octets", sequence(set_of(sequence(element(6), utf8("x"))))),
            ("attribute_oid_padded", "an OID whose arc begins with 80",
             sequence(set_of(sequence(element(6, b"\x55\x04\x80\x03"), utf8("x"))))),
            ("attribute_oid_cut", "an OID whose last arc has no end",
             sequence(set_of(sequence(element(6, b"\x55\x04\x83"), utf8("x"))))),
            ("name_trailing", "a NULL behind the last RDN", sequence(relative_name(("CN", "x")), NULL))):
        yield unreadable(file, what, "name", subject(der))
    yield unreadable("name_set", "a SET instead of the name", "malformed", subject(set_of()))


def cases():
    for group in (lengths, strings, characters, roles, attributes):
        yield from group()

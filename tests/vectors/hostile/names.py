"""Subject alternative names."""
from der import NULL, context, element, name, oid, primitive, sequence, utf8
from request import (KEY, SAN, dns, email, extension, extension_request, info, ip, issued, refused, request, san,
                     signed, uri)


def named(file, *names, **options):
    return request(file, san(*names), **options)


def good():
    for file, what, names, sans in (
            ("dns", "a DNS name", [dns("a.example.com")], ["DNS:a.example.com"]),
            ("dns_case", "letters of both cases: small ones are certified", [dns("A.Example.COM")],
             ["DNS:a.example.com"]),
            ("dns_63", "a label of 63", [dns("a" * 63 + ".example")], ["DNS:" + "a" * 63 + ".example"]),
            ("dns_253", "253 characters", [dns(".".join(["a" * 49] * 5)[:-1] + "z.de")],
             ["DNS:" + ".".join(["a" * 49] * 5)[:-1] + "z.de"]),
            ("dns_underscore", "a service name", [dns("_x._tcp.example.com")], ["DNS:_x._tcp.example.com"]),
            ("dns_single", "one label", [dns("localhost")], ["DNS:localhost"]),
            ("dns_idn", "an international name", [dns("xn--mller-kva.example")], ["DNS:xn--mller-kva.example"]),
            ("ip4", "an address", [ip(10, 0, 0, 5)], ["IP:10.0.0.5"]),
            ("ip6", "an address", [ip(*[0x20, 1, 0xd, 0xb8] + [0] * 11 + [1])], ["IP:2001:db8::1"]),
            ("email", "an address", [email("Alice@Example.com")], ["email:Alice@example.com"]),
            ("uri", "a URI", [uri("https://Example.com/a?b=c#d")], ["URI:https://example.com/a?b=c#d"]),
            ("spiffe", "a SPIFFE ID", [uri("spiffe://acme/ns/x")], ["URI:spiffe://acme/ns/x"]),
            ("urn", "a URN", [uri("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6")],
             ["URI:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"]),
            ("repeated", "the same name three times", [dns("a.example"), dns("A.example"), dns("a.example")],
             ["DNS:a.example"]),
            ("hundred", "as many as are allowed", [dns(f"n{i}.example") for i in range(100)],
             [f"DNS:n{i}.example" for i in range(100)])):
        yield issued(f"san_{file}", what, named(f"san_{file}", *names), sans)
    yield issued("san_critical", "a critical extension",
                 request("san_critical", san(dns("a.example"), critical=True)), ["DNS:a.example"])
    yield issued("san_alone", "no subject", signed(info(name(), KEY.spki(),
                                                        extension_request(san(dns("alone.example"))))),
                 ["DNS:alone.example"], common_name="")


def bad_dns():
    for file, what, text in (
            ("empty", "no octets", ""), ("dot", "a dot", "."), ("first_dot", "a dot in front", ".a.example"),
            ("last_dot", "a dot behind", "a.example."), ("two_dots", "an empty label", "a..example"),
            ("64", "a label of 64", "a" * 64 + ".example"), ("254", "254 characters", "a." * 126 + "aa"),
            ("60000", "sixty thousand characters", "a." * 30000 + "a"), ("space", "a space", "a b.example"),
            ("outer_space", "a space behind", "a.example "), ("hyphen", "a hyphen in front", "-a.example"),
            ("hyphen_last", "a hyphen behind", "a-.example"), ("slash", "a slash", "a/b.example"),
            ("colon", "a port", "a.example:443"), ("at", "an at sign", "a@b.example"), ("comma", "a comma", "a,DNS:b"),
            ("address", "an address", "10.0.0.1"), ("address6", "an address", "2001:db8::1"),
            ("number", "a number that is an address to some", "167772161"), ("hex", "hex digits with 0x", "a.0"),
            ("url", "a URL", "https://a.example/"), ("quote", "a quote", "a\".example"),
            ("backslash", "a backslash", "a\\b"),
            ("semicolon", "what would end a directive", "a;b"), ("brace", "what would open a block", "a{b}"),
            ("dollar", "a variable", "$host"), ("percent", "a percent sign", "a%00.example"),
            ("del", "DEL", "a\x7f.example"),
            ("nul", "a NUL", "a.example\0.evil.example"), ("escape", "an escape sequence", "a\x1b[2J.example"),
            ("newline", "a line feed", "a.example\nb"), ("return", "a carriage return", "a\rb"),
            ("umlaut", "UTF-8", "ü.example"), ("cyrillic", "UTF-8", "ехаmple.com"),
            ("rtl", "text from right to left", "a\u202eb")):
        yield refused(f"dns_{file}", what, "san-malformed", named(f"dns_{file}", dns(text)))
    yield refused("dns_latin1", "an octet that is not UTF-8", "san-malformed",
                  named("dns_latin1", dns(b"a\xfc.example")))
    for file, text, rule in (("star", "*.example.com", "san-wildcard"), ("star_alone", "*", "san-malformed"),
                             ("star_inside", "a.*.example.com", "san-malformed"),
                             ("star_part", "a*.example.com", "san-malformed"),
                             ("star_twice", "*.*.example.com", "san-malformed"),
                             ("star_idn", "xn--*.example", "san-malformed"),
                             ("star_address", "*.0.0.1", "san-malformed")):
        yield refused(f"dns_{file}", "a wildcard", rule, named(f"dns_{file}", dns(text)))


def bad_others():
    for size in (0, 1, 3, 5, 8, 15, 17, 32):
        yield refused(f"ip_{size}", f"{size} octets", "san-malformed", named(f"ip_{size}", ip(*range(size))))
    yield refused("ip_mapped", "an IPv4 address within IPv6", "san-malformed",
                  named("ip_mapped", ip(*[0] * 10, 255, 255, 10, 0, 0, 1)))
    for file, text in (("empty", ""), ("no_at", "alice"), ("no_local", "@example.com"), ("no_domain", "alice@"),
                       ("two_at", "a@b@example.com"), ("space", "a b@example.com"), ("quoted", '"a b"@example.com'),
                       ("nul", "a\0@example.com"), ("newline", "a@example.com\nBcc: b@example.com"),
                       ("comment", "a(x)@b.example"),
                       ("dots", "a..b@example.com"), ("address", "a@[10.0.0.1]"), ("display", "A <a@example.com>"),
                       ("umlaut", "ä@example.com"), ("long", "a" * 65 + "@example.com"),
                       ("longer", "a@" + "b." * 126 + "de")):
        yield refused(f"email_{file}", "no address of RFC 5321", "san-malformed", named(f"email_{file}", email(text)))
    for file, text in (("empty", ""), ("relative", "/a/b"), ("no_scheme", "//example.com/"), ("no_host", "https:///x"),
                       ("scheme_only", "https:"), ("scheme_digit", "1a:b"), ("space", "https://a.example/b c"),
                       ("user", "https://root@example.com/"), ("port", "https://a.example:http/"),
                       ("bracket", "https://[::1/"), ("host_bad", "https://a..b/"),
                       ("percent", "https://a.example/%zz"),
                       ("newline", "https://a.example/\r\nX: y"), ("nul", "https://a.example/\0"),
                       ("quote", 'https://a.example/"'),
                       ("umlaut", "https://ä.example/"), ("escape", "urn:\x1b[31m"),
                       ("long", "https://a.example/" + "a" * 2048),
                       ("spiffe_port", "spiffe://acme:1/x"), ("spiffe_dots", "spiffe://acme/../x"),
                       ("spiffe_query", "spiffe://acme/x?y"),
                       ("spiffe_empty", "spiffe:///x"), ("spiffe_slash", "spiffe://acme/x/")):
        yield refused(f"uri_{file}", "no URI of RFC 3986, or no SPIFFE ID", "san-malformed",
                      named(f"uri_{file}", uri(text)))
    yield refused("spiffe_two", "two SPIFFE IDs", "san-spiffe-not-alone",
                  named("spiffe_two", uri("spiffe://acme/a"), uri("spiffe://acme/b")))
    yield refused("san_101", "101 names", "san-too-many", named("san_101", *(dns(f"n{i}.example") for i in range(101))))
    yield refused("san_4000", "four thousand names", "san-too-many",
                  named("san_4000", *(dns(f"n{i}.example") for i in range(4000))))


def kinds():
    upn = context(0, oid("1.3.6.1.4.1.311.20.2.3"), context(0, utf8("admin@corp")))
    for file, what, one in (
            ("other", "an otherName: a user of Windows", upn), ("x400", "an X.400 address", context(3, NULL)),
            ("directory", "a directory name", context(4, name([("CN", "root")]))),
            ("edi", "an EDI party", context(5, context(1, utf8("x")))),
            ("registered", "a registered ID", primitive(8, b"\x2a\x03")),
            ("nine", "a choice that there is not", primitive(9, b"x")), ("constructed", "a constructed DNS name",
                                                                         context(2, element(0x16, b"a.example"))),
            ("constructed_uri", "a constructed URI", context(6, element(0x16, b"urn:a"))),
            ("universal", "an IA5String", element(0x16, b"a"))):
        yield refused(f"san_{file}", what, "san-type", named(f"san_{file}", one, dns("a.example")))
    for file, what, value in (
            ("none", "no name", sequence()), ("trailing", "an octet behind the names",
                                              sequence(dns("a.example")) + b"\0"),
            ("set", "a SET of names", element(0x31, dns("a.example"))), ("nothing", "no octets", b""),
            ("cut", "a name that is cut off", element(0x30, b"\x82\x09a.exa")),
            ("indefinite", "an indefinite length", b"\x30\x80" + dns("a.example") + b"\0\0"),
            ("long_length", "a length in more octets than it needs", b"\x30\x81\x0b" + dns("a.example")),
            ("string", "text", utf8("DNS:a.example")), ("high_tag", "a tag of two octets", sequence(b"\x9f\x22\x01a"))):
        yield refused(f"san_{file}", what, "san-malformed", request(f"san_{file}", extension(SAN, value)))
    yield refused("san_twice", "two of the extensions", "extension-duplicate",
                  request("san_twice", san(dns("a.example")), san(dns("b.example"))))


def cases():
    for group in (good, bad_dns, bad_others, kinds):
        yield from group()

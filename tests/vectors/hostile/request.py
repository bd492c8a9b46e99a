"""A request of parts, each of which may be replaced, and what is expected of it."""
from dataclasses import dataclass, field

from der import bits, boolean, context, ia5, integer, name, octets, oid, primitive, sequence, set_of
from signing import EcKey

KEY = EcKey("requester")

EXTENSION_REQUEST = "1.2.840.113549.1.9.14"
SAN, BASIC_CONSTRAINTS, KEY_USAGE = "2.5.29.17", "2.5.29.19", "2.5.29.15"


@dataclass
class Case:
    file: str
    what: str
    outcome: str  # "issued", "refused RULE" (of a finding), or "unreadable: WORDS" (of the error)
    content: bytes
    sans: list = field(default_factory=list)  # of the certificate, where it is issued
    name: str = ""                            # its CN; empty: none


def extension(kind, value, critical=None):
    """critical: None leaves it out, as DER does for FALSE."""
    flag = b"" if critical is None else boolean(critical)
    return sequence(oid(kind), flag, octets(value))


def extension_request(*extensions, kind=EXTENSION_REQUEST):
    return sequence(oid(kind), set_of(sequence(*extensions)))


def dns(text):
    return primitive(2, text if isinstance(text, bytes) else text.encode())


def email(text):
    return primitive(1, text if isinstance(text, bytes) else text.encode())


def uri(text):
    return primitive(6, text if isinstance(text, bytes) else text.encode())


def ip(*numbers):
    return primitive(7, bytes(numbers))


def san(*names, critical=None):
    return extension(SAN, sequence(*names), critical)


def info(subject, spki, attributes=b"", version=0):
    """The CertificationRequestInfo; `attributes` is the content of [0]."""
    return sequence(integer(version), subject, spki, context(0, attributes))


def signed(content, key=KEY, digest="sha256", algorithm=None, signature=None):
    """`signature` is the content of the BIT STRING where it is not what the key makes."""
    return sequence(content, algorithm if algorithm is not None else key.algorithm(digest),
                    bits(key.signature(content, digest) if signature is None else signature))


def request(common_name, *extensions, key=KEY, **options):
    attributes = extension_request(*extensions) if extensions else b""
    return signed(info(name([("CN", common_name)]), key.spki(), attributes), key, **options)


def issued(file, what, content, sans=(), common_name=None):
    return Case(file, what, "issued", content, list(sans), file if common_name is None else common_name)


def refused(file, what, rule, content):
    return Case(file, what, "refused " + rule, content)


def unreadable(file, what, words, content):
    return Case(file, what, "unreadable: " + words, content)

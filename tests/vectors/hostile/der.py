"""DER by hand, and what is no DER: every element is octets, so that each can be made wrong by itself."""


def length(size, octets=None):
    """The shortest form, or the long one with so many octets."""
    if octets is None:
        if size < 128:
            return bytes([size])
        octets = (size.bit_length() + 7) // 8
    return bytes([0x80 | octets]) + size.to_bytes(octets, "big")


def element(tag, *parts):
    content = b"".join(parts)
    return bytes([tag]) + length(len(content)) + content


def sequence(*parts):
    return element(0x30, *parts)


def set_of(*parts):
    return element(0x31, *sorted(parts))


def context(number, *parts):
    """[number], constructed."""
    return element(0xA0 | number, *parts)


def primitive(number, content):
    """[number] IMPLICIT of a string."""
    return element(0x80 | number, content)


def integer(value):
    return element(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def boolean(value):
    return element(0x01, b"\xff" if value else b"\x00")


def bits(content, unused=0):
    return element(0x03, bytes([unused]), content)


def octets(content):
    return element(0x04, content)


def oid(text):
    arcs = [int(arc) for arc in text.split(".")]
    content = b""
    for arc in [40 * arcs[0] + arcs[1]] + arcs[2:]:
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | arc & 0x7F)
        content += bytes(reversed(groups))
    return element(0x06, content)


def utf8(text):
    return element(0x0C, text.encode() if isinstance(text, str) else text)


def printable(text):
    return element(0x13, text.encode() if isinstance(text, str) else text)


def ia5(text):
    return element(0x16, text.encode() if isinstance(text, str) else text)


NULL = b"\x05\x00"


def relative_name(*attributes):
    """Of (type, string) pairs; a string is an element already, or text for a UTF8String."""
    return set_of(*(sequence(oid(TYPES.get(kind, kind)), value if isinstance(value, bytes) else utf8(value))
                    for kind, value in attributes))


def name(*attributes):
    return sequence(*(relative_name(*one) for one in attributes))


TYPES = {"CN": "2.5.4.3", "SN": "2.5.4.4", "serialNumber": "2.5.4.5", "C": "2.5.4.6", "L": "2.5.4.7",
         "ST": "2.5.4.8", "street": "2.5.4.9", "O": "2.5.4.10", "OU": "2.5.4.11", "title": "2.5.4.12",
         "description": "2.5.4.13", "businessCategory": "2.5.4.15", "name": "2.5.4.41", "GN": "2.5.4.42",
         "initials": "2.5.4.43", "dnQualifier": "2.5.4.46", "pseudonym": "2.5.4.65",
         "UID": "0.9.2342.19200300.100.1.1", "DC": "0.9.2342.19200300.100.1.25",
         "emailAddress": "1.2.840.113549.1.9.1"}

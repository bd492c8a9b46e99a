"""A reader of DER that knows nothing of ours, and takes nothing that X.690 section 10 and 11 don't have."""
import datetime

STRINGS = {0x0C: "utf-8", 0x13: "ascii", 0x16: "ascii"}


class NotDer(Exception):
    pass


def expect(truth, what):
    if not truth:
        raise NotDer(what)


class Element:
    def __init__(self, tag, content, whole):
        self.tag, self.content, self.whole = tag, content, whole
        self.children = read_all(content) if tag & 0x20 else []

    def __getitem__(self, place):
        return self.children[place]

    def text(self):
        return self.content.decode(STRINGS[self.tag])

    def number(self):
        return int.from_bytes(self.content, "big", signed=True)

    def time(self):
        form = {0x17: "%y%m%d%H%M%SZ", 0x18: "%Y%m%d%H%M%SZ"}[self.tag]
        return datetime.datetime.strptime(self.content.decode(), form).replace(tzinfo=datetime.timezone.utc)

    def oid(self):
        arcs, value = [], 0
        for octet in self.content:
            value = value << 7 | octet & 0x7F
            if not octet & 0x80:
                arcs.append(value)
                value = 0
        first = min(arcs[0] // 40, 2)
        return ".".join(str(arc) for arc in [first, arcs[0] - 40 * first, *arcs[1:]])


def check_value(tag, content):
    if tag == 0x01:
        expect(content in (b"\0", b"\xff"), "a BOOLEAN is 00 or FF (11.1)")
    elif tag in (0x02, 0x0A):
        expect(content, "a number has octets")
        expect(len(content) == 1 or content[0] not in (0, 255) or (content[0] ^ content[1]) & 0x80,
               "a number has no octets to spare (8.3.2)")
    elif tag == 0x03:
        expect(content and content[0] < 8 and (len(content) > 1 or content[0] == 0), "unused bits are 0 to 7 (8.6.2)")
        expect(content[-1] & ((1 << content[0]) - 1) == 0 or len(content) == 1, "unused bits are zero (11.2.1)")
    elif tag == 0x05:
        expect(not content, "NULL is empty (8.8)")
    elif tag == 0x06:
        expect(content and not content[-1] & 0x80, "an OID ends (8.19)")
        expect(all(octet != 0x80 or i and content[i - 1] & 0x80 for i, octet in enumerate(content)),
               "an arc is not padded")
    elif tag in STRINGS:
        content.decode(STRINGS[tag])
    elif tag in (0x17, 0x18):
        expect(content[-1:] == b"Z" and len(content) == {0x17: 13, 0x18: 15}[tag],
               "a time has seconds and Z (11.7, 11.8)")


def read(octets, place=0):
    """The element at `place`, and where the next one begins."""
    expect(len(octets) - place >= 2, "an element has a tag and a length")
    tag, size, begin = octets[place], octets[place + 1], place + 2
    expect(tag & 0x1F != 0x1F and tag & 0xDF not in (0x00, 0x10, 0x11) or tag in (0x30, 0x31), f"tag {tag:02x}")
    if size > 127:
        count = size & 0x7F
        expect(count, "a length is definite (10.1)")
        size, begin = int.from_bytes(octets[begin:begin + count], "big"), begin + count
        expect(size > 127 and size.bit_length() > 8 * (count - 1), "a length is as short as it can be (10.1)")
    end = begin + size
    expect(end <= len(octets), "an element ends")
    element = Element(tag, octets[begin:end], octets[place:end])
    if not tag & 0x20 and tag < 0x40:
        check_value(tag, element.content)
    if tag == 0x31:
        expect([one.whole for one in element.children] == sorted(one.whole for one in element.children),
               "a SET OF is sorted (11.6)")
    return element, end


def read_all(octets):
    elements, place = [], 0
    while place < len(octets):
        element, place = read(octets, place)
        elements.append(element)
    return elements


def read_one(octets):
    element, end = read(octets)
    expect(end == len(octets), "nothing follows")
    return element

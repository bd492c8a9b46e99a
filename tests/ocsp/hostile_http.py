"""What a client may send to an OCSP responder and should not: one connection's octets, made from a number."""
import base64
import random
import string

from responder import REQUEST_TYPE


def der(tag, content):
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content


def nested(numbers):
    """Thousands of sequences within each other, with lengths that are true, or none that is."""
    if numbers.random() < 0.5:
        return numbers.choice((b"\x30\x80", b"\x30\x84\xff\xff\xff\xff", b"\xa2\x82\x7f\xff")) * numbers.randint(1, 8000)
    exact = b""
    while len(exact) < numbers.randint(10, 20_000):
        exact = der(numbers.choice((0x30, 0xa0, 0x24)), exact)
    return exact


def bent(numbers, octets):
    """Some octets other, gone, doubled, moved, or another length somewhere."""
    octets = bytearray(octets)
    for _ in range(numbers.choice((1, 1, 1, 2, 5, 20))):
        at, end = sorted((numbers.randrange(len(octets) + 1), numbers.randrange(len(octets) + 1)))
        kind = numbers.randrange(6)
        if kind == 0 and at < len(octets):
            octets[at] ^= 1 << numbers.randrange(8)
        elif kind == 1 and at < len(octets):
            octets[at] = numbers.choice((0, 1, 0x30, 0x7f, 0x80, 0x84, 0xff))
        elif kind == 2:
            del octets[at:end]
        elif kind == 3:
            octets[at:at] = octets[at:end]
        elif kind == 4:
            octets[at:at] = numbers.randbytes(numbers.randint(1, 40))
        else:
            del octets[end:]
    return bytes(octets)


class Hostile:
    def __init__(self, questions):
        self.questions = questions  # requests that a client would send

    def question(self, numbers):
        kind = numbers.random()
        if kind < 0.35:
            return numbers.choice(self.questions)
        if kind < 0.8:
            return bent(numbers, numbers.choice(self.questions))
        if kind < 0.9:
            return nested(numbers)
        return numbers.randbytes(numbers.choice((0, 1, 50, 600, 5000, 40_000)))

    def path(self, numbers):
        text = base64.b64encode(self.question(numbers)).decode()
        kind = numbers.randrange(8)
        if kind == 0:
            text = "".join(f"%{ord(each):02{numbers.choice('xX')}}" for each in text)
        elif kind == 1:
            text = text.replace("/", "%2F").replace("+", "%2b").replace("=", "%3D")
        elif kind == 2:
            text = text.rstrip("=")
        elif kind == 3:  # rubbish in base64
            text = bent(numbers, text.encode()).decode("latin-1")
        elif kind == 4:
            text = text[:numbers.randrange(len(text) + 1)] + numbers.choice(("%", "%z9", "%0", "%00", "====", "?a=b", "#", "\x00", "..", "//", "/M")) + text
        elif kind == 5:
            text = "/" * numbers.randrange(3000) + text
        elif kind == 6:
            text = numbers.choice(string.ascii_letters + "+/=%") * numbers.randrange(12_000)
        return "/" + numbers.choice(("", "", "ocsp/", "a/b/c/d/e/f/g/h/i/j/")) + text

    @staticmethod
    def headers(numbers):
        """Lines beside those that say how long a body is."""
        lines = []
        for _ in range(numbers.choice((0,) * 12 + (1, 1, 1, 3, 40, 300))):
            lines.append(numbers.choice((
                b"Connection: close", b"Connection: keep-alive", b"Connection: Upgrade", b"Upgrade: h2c", b"Expect: 100-continue",
                b"Expect: 42", b"Host:", b"Host: x", b"If-None-Match: *", b"If-None-Match: " + b'"x",' * numbers.randrange(900),
                b"no colon", b": no name", b" folded", b"A" * numbers.randrange(9000) + b": x", b"X: " + numbers.randbytes(20),
                b"X: \x00", b"Cookie: " + b"=;" * numbers.randrange(100), b"Range: bytes=0-1", b"TE: trailers",
                b"Accept-Encoding: gzip")))
        return lines

    @staticmethod
    def body(numbers, octets):
        """Its headers, and how it comes: by a length, in chunks, or by both or a lie."""
        kind = numbers.random()
        if kind < 0.5:
            return [b"Content-Length: %d" % len(octets)], octets
        if kind < 0.7:
            length = numbers.choice((b"-1", b"0", b"+5", b"0x10", b"1e3", b"", b"99999999999999999999", b"4294967296", b"18446744073709551616",
                                     b"%d" % (len(octets) + 1), b"%d" % max(0, len(octets) - 1), b"5, 5", b" 7 ", b"1\x00"))
            return [b"Content-Length: " + length] * numbers.choice((1, 1, 2)), octets
        chunks, rest = b"", octets
        while rest:
            size = numbers.randint(1, max(1, len(rest)))
            text = numbers.choice((b"%x", b"%X", b"00%x", b"%x;name=value", b"%x ", b"-%x", b"%xg")) if numbers.random() < 0.1 else b"%x"
            chunks += text % size + b"\r\n" + rest[:size] + (b"\r\n" if numbers.random() < 0.97 else b"")
            rest = rest[size:]
        chunks += numbers.choice((b"0\r\n\r\n",) * 5 + (b"0\r\nTrailer: x\r\n\r\n", b"", b"ffffffffffffffffff\r\n", b"0\r\n" + b"T: x\r\n" * 500))
        lines = [b"Transfer-Encoding: " + numbers.choice((b"chunked",) * 5 + (b"gzip, chunked", b"chunked, chunked", b"identity", b"x"))]
        return lines + ([b"Content-Length: 3"] if kind > 0.95 else []), chunks

    def message(self, numbers):
        if numbers.random() < 0.03:
            return numbers.randbytes(numbers.randrange(2000))
        method = numbers.choice((b"GET",) * 30 + (b"POST",) * 30 + (b"HEAD", b"HEAD", b"PUT", b"OPTIONS", b"CONNECT", b"get", b"", b"G" * 5000))
        version = numbers.choice((b"HTTP/1.1",) * 40 + (b"HTTP/1.0",) * 5 + (b"HTTP/0.9", b"HTTP/2.0", b"HTTP/1.", b"", b"ICAP/1.0"))
        lines, body = self.headers(numbers), b""
        target = b"/" if method == b"POST" else self.path(numbers).encode("latin-1")
        if method == b"POST" or numbers.random() < 0.1:
            more, body = self.body(numbers, self.question(numbers))
            lines += more + [b"Content-Type: " + numbers.choice((REQUEST_TYPE.encode(),) * 9 + (b"text/plain",))]
        numbers.shuffle(lines)
        end = b"\n" if numbers.random() < 0.05 else b"\r\n"
        head = method + b" " + target + b" " + version + end + b"".join(line + end for line in [b"Host: x", *lines]) + end
        whole = head + body
        return bent(numbers, whole) if numbers.random() < 0.05 else whole

    def connection(self, seed):
        """Pieces to send one after the other, and what comes then: "half" closes the writing half, "wait" says no more,
        "reset" is gone."""
        numbers = random.Random(seed)
        whole = b"".join(self.message(numbers) for _ in range(numbers.choice((1, 1, 1, 2, 3, 10))))
        cuts = sorted(numbers.randrange(len(whole) + 1) for _ in range(numbers.choice((0, 0, 1, 5, 30))))
        pieces = [whole[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(whole)])]
        return pieces, numbers.choice(("half",) * 17 + ("wait", "reset", "reset"))

"""Clients that mean no good, each kind for itself: meanwhile others are answered, and memory stays where it was."""
import resource
import socket
import struct
import time

from responder import REQUEST_TYPE, World, check, until

CONNECTIONS, SECONDS = 1000, 3
# What a connection may cost: its head, its body and its place (Limits in lib/io/http/server.h), and what the
# allocator adds.
KILOBYTES_EACH, SLACK_KILOBYTES = 44, 24_000
PATIENCE = 10  # an answer takes a millisecond; this machine may be busy
MALFORMED = bytes.fromhex("30030a0101")


def is_successful(response):
    return response[:2] == b"\x30\x82" and response[4:7] == b"\x0a\x01\x00"


def http(body, length=None):
    return (f"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: {REQUEST_TYPE}\r\n"
            f"Content-Length: {len(body) if length is None else length}\r\n\r\n").encode() + body


def send_what_it_takes(connection, data):
    try:
        connection.sendall(data)
    except OSError:
        pass  # closed by the server, which is its right


def rest(connection):
    """Until the server closes, which it must."""
    text = b""
    try:
        while more := connection.recv(65536):
            text += more
    except ConnectionError:
        pass
    connection.close()
    return text


class Siege:
    def __init__(self, world, served):
        self.served, self.question = served, world.question("alice")
        check("a good client is answered", is_successful(served.ask(self.question).content))
        self.before = served.resident_kilobytes()

    def others_are_answered(self, meanwhile):
        for _ in range(5):
            begin = time.monotonic()
            got = self.served.ask(self.question)
            took = time.monotonic() - begin
            check(f"answered meanwhile: {meanwhile}", got.status == 200 and is_successful(got.content) and took < PATIENCE, (got.status, took))

    def memory_is_bounded(self, meanwhile):
        now = self.served.resident_kilobytes()
        limit = self.before + CONNECTIONS * KILOBYTES_EACH + SLACK_KILOBYTES
        check(f"memory, {meanwhile}: {now} kB, {self.before} kB before", now < limit, limit)

    def many(self, count, first=b""):
        opened = []
        for _ in range(count):
            connection = self.served.connect()
            send_what_it_takes(connection, first)
            opened.append(connection)
        return opened

    def crowd(self, what, count, first=b""):
        opened = self.many(count, first)
        self.others_are_answered(what)
        self.memory_is_bounded(what)
        check(f"no more connections than allowed: {what}",
              self.served.metric("mtlsca_ocsp_connections") <= CONNECTIONS)
        for connection in opened:
            connection.close()


def crowds(siege):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = min(10_000, hard - 200)
    check("this test may open thousands of connections", count > 2 * CONNECTIONS, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    siege.crowd(f"{count} silent connections", count)
    siege.crowd("thousands with half a head", 2 * CONNECTIONS, b"GET /" + b"M" * 3000)
    siege.crowd("thousands with half a body", 2 * CONNECTIONS, http(b"0" * 30_000, length=32_000))
    siege.crowd("thousands that close their half at once", 2 * CONNECTIONS, b"")
    check("they were displaced", siege.served.metric('mtlsca_ocsp_connections_closed_total{reason="displaced"}') > 0)


def slow(siege):
    silent, slow = siege.served.connect(), siege.served.connect()
    begin, sent = time.monotonic(), 0
    slow.settimeout(0.1)
    while time.monotonic() - begin < PATIENCE + SECONDS:
        send_what_it_takes(slow, b"G" if sent == 0 else b"E")
        sent += 1
        try:
            if slow.recv(100) == b"":
                break
        except TimeoutError:
            continue
        except ConnectionError:
            break
    took = time.monotonic() - begin
    check("a byte now and then keeps no connection beyond its time", SECONDS - 1 <= took < PATIENCE + SECONDS, took)
    check("nor does silence", rest(silent) == b"")
    siege.others_are_answered("slow clients")


def goers(siege):
    for _ in range(300):
        siege.served.connect().close()
        reset = siege.served.connect()
        reset.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        send_what_it_takes(reset, http(siege.question)[:60])
        reset.close()
    siege.others_are_answered("who connects and goes")


def half_closed(siege):
    connection = siege.served.connect()
    connection.sendall(http(siege.question))
    connection.shutdown(socket.SHUT_WR)
    check("who closes its writing half gets its answer", rest(connection).startswith(b"HTTP/1.1 200"))


def large(siege):
    for _ in range(20):
        connection = siege.served.connect()
        send_what_it_takes(connection, http(b"0" * (1 << 20)))
        check("a megabyte is refused with 413", rest(connection).startswith(b"HTTP/1.1 413"))
    siege.memory_is_bounded("after 20 MB of requests")
    siege.others_are_answered("large requests")


def garbage(siege):
    numbers = 20261122
    for i in range(300):
        data = bytearray()
        for _ in range(i * 5 + 1):
            numbers = (numbers * 1103515245 + 12345) % (1 << 31)  # the same each time
            data.append(numbers >> 16 & 0xFF)
        connection = siege.served.connect()
        send_what_it_takes(connection, bytes(data) + b"\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        text = rest(connection)
        if text and not text.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4", b"HTTP/1.1 505")):
            check("garbage is refused", False, (bytes(data), text))
    siege.others_are_answered("garbage")


def nested(siege):
    deep = b""
    for _ in range(30_000 // 4):
        deep = b"\x30\x80" + deep  # indefinite, which is no DER
    exact = b""
    while len(exact) < 20_000:
        exact = b"\x30\x82" + len(exact).to_bytes(2, "big") + exact if len(exact) > 127 else \
            b"\x30" + bytes([len(exact)]) + exact
    for what, body in (("without lengths", deep), ("with lengths", exact), ("nothing", b""),
                       ("a length of 4 GB", b"\x30\x84\xff\xff\xff\xff")):
        got = siege.served.ask(body)
        check(f"nested DER, {what}, is malformedRequest", (got.status, got.content) == (200, MALFORMED), got.content)
    for cut in range(len(siege.question)):
        got = siege.served.ask(siege.question[:cut])
        if got.content != MALFORMED:
            check("a request that was cut is malformedRequest", False, (cut, got.content))
    siege.others_are_answered("nested DER")


def pipelined(siege):
    connection = siege.served.connect()
    connection.sendall(http(siege.question) * 1000)
    connection.shutdown(socket.SHUT_WR)
    check("a thousand requests at once are answered", rest(connection).count(b"HTTP/1.1 200 OK") == 1000)
    # Who sends thousands and reads none is cut off by its time, and memory does not grow with it.
    deaf = [siege.served.connect() for _ in range(20)]
    for connection in deaf:
        connection.settimeout(0.2)
        send_what_it_takes(connection, http(siege.question) * 50_000)
    siege.others_are_answered("pipelines that nobody reads")
    siege.memory_is_bounded("pipelines that nobody reads")
    for connection in deaf:
        connection.close()


with World() as world:
    world.mtlsca("issue", "alice")
    served = world.serve("--connections", str(CONNECTIONS), "--timeout", f"{SECONDS}s")
    siege = Siege(world, served)
    crowds(siege)
    slow(siege)
    goers(siege)
    half_closed(siege)
    large(siege)
    garbage(siege)
    nested(siege)
    pipelined(siege)
    until("all are gone", lambda: served.metric("mtlsca_ocsp_connections") == 0)
    check("nothing failed inside", served.metric("mtlsca_ocsp_failures_total") == 0)
    check("its log is empty", "warning" not in served.said(), served.said())
    check("it stops as if nothing had been", served.stop() == 0)
print("done")

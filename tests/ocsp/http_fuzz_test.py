"""Generated connections against a running responder, for SECONDS (CI: 10). The law: each gets well-formed HTTP
responses with well-formed OCSP responses, or a clean close, in a bounded time; nothing is good that was not issued;
meanwhile an honest client is answered in time, and memory stays bounded.

The same connections each time, as many as there is time for; nightly takes others. SEED=S CASE=N sends the one
again that a failure names."""
import collections
import os
import re
import socket
import struct
import threading
import time

from hostile_http import Hostile
from responder import Failed, World, check, run

SECONDS = float(os.environ.get("SECONDS", "10"))
SEED = os.environ.get("SEED", "1")
if SEED == "random":
    SEED = str(time.time_ns())
CASES_MIN = 600  # however slow this machine is: among these is everything that must be
CLIENTS, SERVER_SECONDS, PATIENCE = 24, 1, 20  # the last: an answer takes a millisecond; this machine may be busy
# What a connection may cost (bad_clients_test.py), and what the allocator adds.
KILOBYTES_EACH, SLACK_KILOBYTES = 44, 24_000
# 6960 4.2.1: successful, malformedRequest, tryLater, unauthorized; internalError is a fault of ours.
OCSP_STATUSES = {0: "successful", 1: "malformedRequest", 3: "tryLater", 6: "unauthorized"}
HTTP_STATUSES = {200, 304, 400, 405, 408, 411, 413, 414, 415, 417, 431, 501, 505}
GOOD, REVOKED, UNKNOWN = 0x80, 0xa1, 0x82


class Der:
    """Strict enough to say that it is well-formed: definite shortest lengths, nothing left over."""

    def __init__(self, octets):
        self.rest = octets

    def element(self, tag=None):
        if len(self.rest) < 2:
            raise Failed("DER ends too early")
        found, length, at = self.rest[0], self.rest[1], 2
        if length >= 0x80:
            size = length & 0x7f
            length, at = int.from_bytes(self.rest[2:2 + size], "big"), 2 + size
            if size == 0 or length < 0x80 or self.rest[2] == 0:
                raise Failed("a length that is not DER")
        if len(self.rest) < at + length or tag not in (None, found):
            raise Failed(f"the tag {found:#x} or its length, in place of {tag}")
        content, self.rest = self.rest[at:at + length], self.rest[at + length:]
        return found, content

    def inside(self, tag):
        return Der(self.element(tag)[1])

    def end(self):
        if self.rest:
            raise Failed("something stands behind its end")


def single_responses(basic):
    data = basic.inside(0x30)
    if data.rest[0] == 0xa0:
        raise Failed("a version that is the default is encoded")
    data.element()  # responderID
    data.element(0x18)
    singles = data.inside(0x30)
    while singles.rest:
        single = singles.inside(0x30)
        identity = single.inside(0x30)
        for tag in (0x30, 0x04, 0x04):
            identity.element(tag)
        serial = identity.element(0x02)[1]
        identity.end()
        yield serial.lstrip(b"\x00"), single.element()[0]
        single.element(0x18)


def judge_ocsp(octets, issued, seen):
    whole = Der(octets)
    response = whole.inside(0x30)
    whole.end()
    status = response.element(0x0a)[1][0]
    if status not in OCSP_STATUSES:
        raise Failed(f"OCSP status {status}")
    seen[OCSP_STATUSES[status]] += 1
    if status == 0:
        octets = response.inside(0xa0).inside(0x30)
        octets.element(0x06)
        for serial, verdict in single_responses(octets.inside(0x04).inside(0x30)):
            seen[verdict] += 1
            if verdict not in (GOOD, REVOKED, UNKNOWN) or (verdict == GOOD and serial not in issued):
                raise Failed(f"{verdict:#x} for serial {serial.hex()}")
    response.end()


def judge_http(text, is_cut, had_head, issued, seen):
    """All responses of one connection; `is_cut`: the network may have thrown the end away (a reset)."""
    while text:
        head, separator, rest = text.partition(b"\r\n\r\n")
        if not separator:
            if is_cut:
                return
            raise Failed(f"half of a head: {text[:200]!r}")
        lines = head.split(b"\r\n")
        found = re.fullmatch(rb"HTTP/1\.[01] (\d{3}) [ -~]*", lines[0])
        if not found or not all(re.fullmatch(rb"[A-Za-z-]+: [ -~]*", line) for line in lines[1:]):
            raise Failed(f"no HTTP: {head!r}")
        status = int(found[1])
        seen[status] += 1
        if status == 100:
            text = rest
            continue
        if status not in HTTP_STATUSES:
            raise Failed(f"HTTP status {status}")
        # Who reads it stops here (RFC 9112 9.6). libmicrohttpd 0.9.75 sends the head of its own answer to a wrong
        # Content-Length twice.
        if status >= 400 and b"Connection: close" in lines:
            return
        headers = {name.lower(): value for name, value in (line.split(b": ", 1) for line in lines[1:])}
        length = 0 if status == 304 else int(headers[b"content-length"])
        body = rest[:length]
        if had_head and (not rest or rest.startswith(b"HTTP/1.")):
            text = rest  # to HEAD
            continue
        if len(body) < length:
            if is_cut:
                return
            raise Failed(f"{len(body)} octets of {length}")
        if status == 200:
            if headers.get(b"content-type") != b"application/ocsp-response":
                raise Failed(f"200 with {headers}")
            judge_ocsp(body, issued, seen)
        text = rest[length:]


def talk(address, pieces, then):
    """What comes back, and whether the network may have lost some of it; never longer than PATIENCE."""
    text, is_cut, end = b"", False, time.monotonic() + PATIENCE
    connection = socket.create_connection(address, timeout=PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        for piece in pieces:
            connection.sendall(piece)
        if then == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return b"", True
        if then == "half":
            connection.shutdown(socket.SHUT_WR)
    except TimeoutError:
        raise Failed("it neither reads nor closes")
    except OSError:
        is_cut = True  # closed by the server, which is its right
    try:
        while True:
            connection.settimeout(max(0.01, end - time.monotonic()))
            more = connection.recv(65536)
            if not more:
                return text, is_cut
            text += more
    except TimeoutError:
        raise Failed(f"open after {PATIENCE} seconds, with {text[-200:]!r}")
    except OSError:
        return text, True
    finally:
        connection.close()


class Fuzzing:
    def __init__(self, world, served):
        self.world, self.served = world, served
        self.issued = {bytes.fromhex(world.serial(name)).lstrip(b"\x00") for name in ("alice", "bob", "ca/issuing")}
        self.hostile = Hostile(self.questions())
        self.seen, self.failures, self.cases = collections.Counter(), [], 0
        self.slowest, self.honest, self.lock = 0.0, 0, threading.Lock()

    def questions(self):
        whole = [self.world.question(name, *options) for name in ("alice", "mallory", "bob")
                 for options in (("-no_nonce",), ("-nonce",), ("-sha256", "-no_nonce"))]
        whole.append(self.world.question("ca/issuing", issuer="ca/root.crt"))
        run("openssl", "ocsp", "-no_nonce", "-issuer", self.world.path("ca/issuing.crt"), "-serial", "0x42",
            *[word for _ in range(50) for word in ("-cert", self.world.path("alice.crt"))], "-reqout", self.world.path("many.req"))
        return whole + [self.world.read("many.req")]

    def case(self, number):
        pieces, then = self.hostile.connection(f"{SEED}:{number}")
        seen = collections.Counter()
        text, is_cut = talk(self.served.address, pieces, then)
        judge_http(text, is_cut, b"HEAD" in b"".join(pieces), self.issued, seen)
        with self.lock:
            self.seen += seen

    def work(self, end):
        while (time.monotonic() < end or self.cases < CASES_MIN) and not self.failures:
            with self.lock:
                self.cases += 1
                number = self.cases
            try:
                self.case(number)
            except Exception as error:  # whatever it is, which connection it was must be told
                self.failures.append(f"SEED={SEED} CASE={number}: {type(error).__name__} {error}")

    def be_honest(self, end):
        question = self.world.question("alice")
        while time.monotonic() < end and not self.failures:
            begin = time.monotonic()
            try:
                seen = collections.Counter()
                judge_ocsp(self.served.ask(question).content, self.issued, seen)
                if seen[GOOD] != 1:
                    raise Failed(f"the honest client got {seen}")
            except Exception as error:
                self.failures.append(f"SEED={SEED}, honest client: {type(error).__name__} {error}")
            self.slowest = max(self.slowest, time.monotonic() - begin)
            self.honest += 1
            time.sleep(0.02)  # the others are to have the server, and this program's one processor

    def run(self):
        before, end = self.served.resident_kilobytes(), time.monotonic() + SECONDS
        threads = [threading.Thread(target=self.work, args=(end,)) for _ in range(CLIENTS)]
        threads.append(threading.Thread(target=self.be_honest, args=(end,)))
        for thread in threads:
            thread.start()
        most = 0
        while any(thread.is_alive() for thread in threads):
            most = max(most, self.served.resident_kilobytes())
            time.sleep(0.1)
        for failure in self.failures:
            raise Failed(failure)
        print(f"SEED={SEED}: {self.cases} connections, {dict(self.seen)}")
        check(f"memory is bounded: {most} kB, {before} kB before",
              most < before + (CLIENTS + 1) * KILOBYTES_EACH + SLACK_KILOBYTES)
        check(f"an honest client was answered {self.honest} times, the slowest took {self.slowest:.3f} s",
              self.honest >= SECONDS and self.slowest < PATIENCE / 2)


def bites(fuzzing):
    """The law is broken by what breaks it."""
    answer = fuzzing.served.ask(fuzzing.world.question("alice")).content
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nContent-Type: application/ocsp-response\r\n\r\n" % len(answer) + answer
    judge_http(whole * 2, False, False, fuzzing.issued, collections.Counter())
    for what, text, issued in (("good for nobody", whole, set()), ("half a body", whole[:-1], fuzzing.issued),
                               ("internalError", whole.replace(b"\x0a\x01\x00", b"\x0a\x01\x02", 1), fuzzing.issued),
                               ("DER that is cut", whole.replace(b"Length: %d" % len(answer), b"Length: %d" % (len(answer) - 1)), fuzzing.issued),
                               ("no HTTP", b"hello\r\n\r\n", fuzzing.issued), ("500", whole.replace(b"200", b"500", 1), fuzzing.issued)):
        try:
            judge_http(text, False, False, issued, collections.Counter())
        except Failed:
            continue
        raise Failed(f"the law holds for {what}")
    print("ok: the law bites")


with World() as world:
    for name in ("alice", "bob", "mallory"):
        world.mtlsca("issue", name)
    world.mtlsca("revoke", "mallory", "--no-crl")
    served = world.serve("--timeout", f"{SERVER_SECONDS}s", "--workers", "2", "--connections", "64")
    fuzzing = Fuzzing(world, served)
    bites(fuzzing)
    if "CASE" in os.environ:
        fuzzing.case(os.environ["CASE"])
        print(dict(fuzzing.seen))
    else:
        fuzzing.run()
        # A crowd of which nobody gets as far as an answer would prove nothing.
        for what in (200, 400, 413, GOOD, REVOKED, UNKNOWN, *(text for number, text in OCSP_STATUSES.items() if number != 3)):
            check(f"{what} was among the answers: {fuzzing.seen[what]}", fuzzing.seen[what] > 0)
    check("nothing failed inside", served.metric("mtlsca_ocsp_failures_total") == 0)
    check("its log is empty", "warning" not in served.said(), served.said())
    check("it stops as if nothing had been", served.stop() == 0)
print("done")

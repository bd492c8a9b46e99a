"""What answering OCSP costs, beside nginx, openssl and the signature alone. README.md says what the figures mean.

python3 ocsp.py [--size full|small] [--json FILE]; ocsp.sh sets the environment. Server and client have a processor
each where there are two.
"""
import argparse
import contextlib
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time

import inventories
from inventories import MTLSCA
from measurement import Broken, bench_program, must, spread, tell
from results import Results

# certificates of the large inventory and of the small one; requests of each kind, and of those about as many
# certificates as no responder remembers; rounds of so many milliseconds
SIZES = {"full": {"large": 1_000_000, "few": 1_000, "requests": 200, "many": 100_000, "rounds": 7,
                  "milliseconds": 1500},
         "small": {"large": 2_000, "few": 1_000, "requests": 10, "many": 1_000, "rounds": 3, "milliseconds": 100}}
CONNECTIONS = 32
CORES = sorted(os.sched_getaffinity(0))


def on_core(number, words):
    return ["taskset", "-c", str(CORES[number % len(CORES)]), *map(str, words)]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(words, **options):
    process = subprocess.Popen(words, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def wait_for(port):
    for _ in range(400):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise Broken(f"nobody listens at {port}")


@contextlib.contextmanager
def mtlsca_at(home):
    words = on_core(0, [MTLSCA, "--home", home, "--json", "ocsp", "serve", "--workers", "1", "--listen", "127.0.0.1:0"])
    with running(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        text = ""
        while not text.endswith("}\n"):
            line = process.stdout.readline()
            if not line:
                raise Broken("mtlsca ocsp serve does not start")
            text += line
        yield int(json.loads(text)["listen"][0].rpartition(":")[2]), process.pid
        process.stdout.close()


@contextlib.contextmanager
def nginx_at(world):
    port, folder = free_port(), world.path("nginx")
    os.makedirs(f"{folder}/root")
    os.chmod(world.folder, 0o755)
    with open(f"{folder}/root/file", "wb") as file:
        file.write(os.urandom(1024))
    paths = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    with open(f"{folder}/nginx.conf", "w", encoding="utf-8") as file:
        file.write(f"worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
                   "events { worker_connections 256; }\n"
                   f"http {{ access_log off; keepalive_requests 1000000000; {paths}\n"
                   f"server {{ listen 127.0.0.1:{port}; root {folder}/root; }} }}\n")
    with running(on_core(0, ["nginx", "-p", folder, "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log"])) as master:
        wait_for(port)
        yield port, int(must(["pgrep", "-P", master.pid]))


@contextlib.contextmanager
def openssl_at(world, home):
    port, index = free_port(), world.path("index.txt")
    with open(index, "w", encoding="utf-8") as file:
        file.write(must([MTLSCA, "--home", home, "list", "--format", "index"]))
    words = ["openssl", "ocsp", "-port", port, "-index", index, "-CA", f"{home}/issuing.crt", "-rsigner",
             f"{home}/issuing.crt", "-rkey", f"{home}/private/issuing.key", "-nmin", "60"]
    with running(on_core(0, words), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        # A connection to look whether it listens would stop it for good.
        if not process.stdout.readline().startswith("ACCEPT"):
            raise Broken("openssl ocsp does not start")
        yield port, process.pid
        process.stdout.close()


def element(tag, content):
    """DER of less than 256 octets"""
    return bytes([tag, *([0x81] if len(content) >= 128 else []), len(content)]) + content


class Questions:
    """Files of whole HTTP requests, for http_requests."""

    def __init__(self, world, home, count):
        self.world, self.home = world, home
        serials = [inventories.ask(home, f"SELECT upper(hex(serial)) FROM certificate ORDER BY serial LIMIT 1 OFFSET "
                                         f"(SELECT count(*) FROM certificate) * {number} / {count}")
                   for number in range(count)]
        self.serials = serials

    def write(self, file, keep, body):
        head = (f"POST / HTTP/1.{1 if keep else 0}\r\nHost: localhost\r\nContent-Type: "
                f"application/ocsp-request\r\nContent-Length: {len(body)}\r\n\r\n").encode()
        file.write(f"{len(head + body)}\n".encode() + head + body)

    def of_many(self, count):
        """One with a nonce for each of `count` certificates, by hand: openssl would take minutes."""
        with open(self.file("model", True, "-nonce"), "rb") as file:
            model = file.read()
        issuer = model.index(bytes.fromhex("300906052b0e03021a0500")) # SHA-1, then the hashes of name and key
        issuer = model[issuer:issuer + 11 + 22 + 22]
        serials = inventories.ask(self.home, "SELECT group_concat(hex(serial)) FROM certificate").split(",")
        random.Random(1).shuffle(serials)
        path = self.world.path(f"{os.path.basename(self.home)}-many.requests")
        with open(path, "wb") as file:
            for serial in serials[:count]:
                number = bytes.fromhex(serial)
                number = element(0x02, (b"\0" if number[0] >= 0x80 else b"") + number)
                list_of_one = element(0x30, element(0x30, element(0x30, issuer + number)))
                nonce = element(0x30, bytes.fromhex("06092b0601050507300102")
                                + element(0x04, element(0x04, os.urandom(16))))
                self.write(file, True, element(0x30, element(0x30, list_of_one + element(0xa2, element(0x30, nonce)))))
        return path

    def file(self, name, keep, *options):
        path = self.world.path(f"{os.path.basename(self.home)}-{name}.requests")
        with open(path, "wb") as file:
            for serial in self.serials:
                must(["openssl", "ocsp", *options, "-issuer", f"{self.home}/issuing.crt", "-serial", f"0x{serial}",
                      "-reqout", self.world.path("one.req")])
                with open(self.world.path("one.req"), "rb") as one:
                    body = one.read()
                self.write(file, keep, body)
        return path


def plain_file(world):
    request = b"GET /file HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with open(world.path("file.requests"), "wb") as file:
        file.write(f"{len(request)}\n".encode() + request)
    return world.path("file.requests")


def measure(world, sites, connections=CONNECTIONS):
    """{name: {round: record}}"""
    words = [f"{name}={port},{pid},{'keep' if keep else 'close'},{rate},{path}"
             for name, (port, pid), keep, rate, path in sites]
    said = must(on_core(1, bench_program("http_requests", world.size["rounds"], world.size["milliseconds"], connections,
                                         *words)))
    found = {}
    for line in said.splitlines():
        record = json.loads(line)
        record["rate"] = record["answers"] / record["seconds"]
        record["efficiency"] = record["answers"] / record["processor_seconds"]
        found.setdefault(record["name"], {})[record["round"]] = record
    return found


def ratio(found, one, other):
    """Answers for a second of the server's processor, which is what a worker alone on it gives in a second."""
    return spread([found[one][number]["efficiency"] / found[other][number]["efficiency"] for number in found[one]])


def values(found, name, what):
    return spread([record[what] for record in found[name].values()])


def signatures_a_second():
    said = must(on_core(0, ["openssl", "speed", "-seconds", "1", "ecdsap256"]), stdin=subprocess.DEVNULL)
    return float(re.search(r"nistp256\)\s+\S+s\s+\S+s\s+(\S+)", said).group(1))


def measure_all(world, results):
    few = world.inventory(world.size["few"] - 1, 1)
    cached, nonces = Questions(world, few, 1), Questions(world, few, world.size["requests"])
    kept, new = cached.file("kept", True, "-no_nonce"), cached.file("new", False, "-no_nonce")
    signed = nonces.file("signed", True, "-nonce")
    with mtlsca_at(few) as served:
        with nginx_at(world) as nginx:
            found = measure(world, [("mtlsca", served, True, 0, kept), ("nginx", nginx, True, 0, plain_file(world))])
        results.row(1, "kept answers, keep-alive, answers / nginx with a file of 1 KB",
                    ratio(found, "mtlsca", "nginx"), 0.8, at_least=True)
        results.row(1, "answers a second", values(found, "mtlsca", "rate"))
        with openssl_at(world, few) as openssl:
            # More than one at a time make openssl wait for the slowest.
            found = measure(world, [("mtlsca", served, False, 0, new), ("openssl", openssl, False, 0, new)], 4)
        results.row(2, "new connections, answers / openssl ocsp", ratio(found, "mtlsca", "openssl"), 1.4,
                    at_least=True)
        alone = [signatures_a_second()]
        found = measure(world, [("signed", served, True, 0, signed)])
        alone.append(signatures_a_second())
        efficiency, full = values(found, "signed", "efficiency"), values(found, "signed", "rate")
        results.row(3, "signed answers for a second of the processor / signatures",
                    {key: value / max(alone) for key, value in efficiency.items()}, 0.5, at_least=True)
        results.row(3, "signed answers a second", full)
        found = measure(world, [("half", served, True, full["median"] / 2, signed)])
        results.row(5, "99th percentile at half of that load", values(found, "half", "p99_milliseconds"), 10,
                    unit=" ms")
        large = world.inventory(world.size["large"] - world.size["large"] // 10, world.size["large"] // 10)
        questions = Questions(world, large, world.size["requests"])
        with mtlsca_at(large) as other:
            found = measure(world, [("few", served, True, 0, signed),
                                    ("large", other, True, 0, questions.file("signed", True, "-nonce")),
                                    ("many", other, True, 0, questions.of_many(world.size["many"]))])
    results.row(4, f"signed answers with {world.size['large']:,} certificates / {world.size['few']:,}",
                ratio(found, "large", "few"), 0.9, at_least=True)
    results.row(4, f"likewise, about {world.size['many']:,} of them in turn", ratio(found, "many", "few"))


def main():
    parser = argparse.ArgumentParser(prog="ocsp.sh", description="What answering OCSP costs.")
    parser.add_argument("--size", choices=sorted(SIZES), default="full")
    parser.add_argument("--json", help="the file that takes all figures")
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="mtlsca-bench-")
    results = Results(arguments.size)
    try:
        measure_all(inventories.World(folder, SIZES[arguments.size]), results)
        if arguments.json:
            results.write_json(arguments.json)
        print("\n".join(results.markdown()))
    except (Broken, subprocess.SubprocessError, OSError) as problem:
        tell(f"ocsp.sh: {problem}")
        return 1
    finally:
        subprocess.run(["rm", "-rf", folder], check=False)
    if results.missed():
        tell(f"ocsp.sh: limits missed: {', '.join(map(str, results.missed()))}")
        return 1
    return 0


if __name__ == "__main__":
    os.environ.pop("MTLSCA_HOME", None)
    sys.exit(main())

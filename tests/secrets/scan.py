"""Searching memory for secrets: as text, as UTF-16 (PKCS#12), as a number in both orders of bytes, as PEM, and as the
key that a passphrase is stretched to. Pieces of 16 bytes are looked for, because free(3) overwrites the first ones of
what it is given."""

import base64
import hashlib
import os
import pathlib
import re
import secrets
import signal
import subprocess
import sys

MTLSCA = os.environ["MTLSCA"]
PRELOADED = os.environ.get("MTLSCA_TEST_MEMORY_LIBRARY", "")
PIECE = 16
NUMBERS = ("priv", "privateExponent", "prime1", "prime2", "exponent1", "exponent2", "coefficient")


def pieces(secret):
    """Every second piece: what is left of a secret without its first bytes is found, too."""
    return {secret[i:i + PIECE] for i in range(0, len(secret) - PIECE + 1, PIECE // 2)}


def stretched(encrypted_pem, passphrase):
    """The key that PBKDF2 made of a passphrase for this file (RFC 8018 5.2)."""
    der = base64.b64decode("".join(encrypted_pem.split("\n")[1:-2]))
    text = subprocess.run(["openssl", "asn1parse", "-inform", "DER"], input=der, capture_output=True, check=True).stdout.decode()
    salt = bytes.fromhex(re.search(r"OCTET STRING\s+\[HEX DUMP\]:(\w+)", text)[1])
    rounds = int(re.search(r"INTEGER\s+:(\w+)", text)[1], 16)
    return hashlib.pbkdf2_hmac("sha256", passphrase, salt, rounds, 32)


class World:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.known = {}  # what it is: its pieces
        self.failures = []
        self.commands = 0

    def add(self, what, secret):
        self.known[what] = pieces(secret)

    def passphrase(self, name):
        text = secrets.token_hex(24)
        (self.folder / name).write_text(text + "\n")
        self.add(f"the passphrase {name}", text.encode())
        self.add(f"the passphrase {name} in UTF-16", text.encode("utf-16-be"))
        return f"file:{name}"

    def add_key(self, path, passphrase=None, as_name=None):
        """All that a private key's file tells, in each form that it may take in memory."""
        called = as_name or path
        unlock = ["-passin", f"file:{passphrase}"] if passphrase else []
        openssl = ["openssl", "pkey", "-in", path, *unlock]
        text = subprocess.run([*openssl, "-noout", "-text"], cwd=self.folder, capture_output=True, check=True).stdout.decode()
        for name, digits in re.findall(r"^(\w+):\n((?: +[0-9a-f:]+\n)+)", text, re.MULTILINE):
            if name in NUMBERS:
                number = bytes.fromhex(re.sub(r"[\s:]", "", digits)).lstrip(b"\0")
                self.add(f"{name} of {called}", number)
                self.add(f"{name} of {called}, reversed", number[::-1])
        pem = subprocess.run(openssl, cwd=self.folder, capture_output=True, check=True).stdout.decode()
        lines = pem.split("\n")[1:-2]
        # What a certificate holds, too, is no secret: an RSA key begins with its modulus, an EC key ends with its point.
        private = slice(440, None) if len(lines) > 20 else slice(48, 80)
        self.add(f"{called} as PEM", "".join(lines)[private].encode())
        if passphrase:
            secret = (self.folder / passphrase).read_text().strip().encode()
            self.add(f"the key that protects {called}", stretched((self.folder / path).read_text(), secret))

    def run(self, *words, status=0, stdin=None, environment=None):
        dump = self.folder / "memory"
        dump.unlink(missing_ok=True)
        done = subprocess.run([MTLSCA, *words], cwd=self.folder, input=stdin, capture_output=True, check=False, env={
            "PATH": "/usr/bin:/bin", "LD_PRELOAD": PRELOADED, "MTLSCA_TEST_MEMORY": str(dump), **(environment or {})})
        if done.returncode != status:
            sys.exit(f"{words} ended with {done.returncode}, not with {status}: {done.stderr.decode()}")
        self.commands += 1
        self.take(words, dump.read_bytes())

    def look_into(self, process, *words):
        """As it is now: what a core would hold, as memory.cpp writes it."""
        os.kill(process.pid, signal.SIGSTOP)
        memory = bytearray()
        with open(f"/proc/{process.pid}/maps", encoding="utf-8") as maps, open(f"/proc/{process.pid}/mem", "rb", 0) as file:
            for line in maps:
                span, permissions = line.split()[:2]
                if permissions[:2] == "rw" and permissions[3] == "p":
                    start, end = (int(number, 16) for number in span.split("-"))
                    file.seek(start)
                    memory += f"\n@@ {end - start} {line}".encode() + file.read(end - start)
        os.kill(process.pid, signal.SIGCONT)
        self.take(words, memory)

    def take(self, words, memory):
        self.last = words
        self.memory = re.sub(rb"\0{64,}", b"\0" * 64, memory)  # most of it

    def found(self):
        return {what for what, needles in self.known.items() if any(needle in self.memory for needle in needles)}

    def place_of(self, what):
        place = min(p for p in (self.memory.find(needle) for needle in self.known[what]) if p >= 0)
        return self.memory[self.memory.rfind(b"\n@@ ", 0, place):][:200].split(b"\n")[1].decode()

    def expect_nothing(self, *but):
        """Of all that it had to do with, except what it still has to."""
        for what in sorted(self.found() - set(but)):
            self.failures.append(f"{' '.join(self.last)}: left {what} in {self.place_of(what)}")

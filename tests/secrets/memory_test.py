"""No passphrase and no private key is left in the memory of a command that is done with it.

Each command runs with memory.cpp preloaded, and what it leaves is searched for every secret that it had to do with: as
text, as UTF-16 (PKCS#12), as a number in both orders of bytes, as PEM, and as the key that a passphrase is stretched to.
Pieces of 16 bytes are looked for, because free(3) overwrites the first ones of what it is given.
"""

import base64
import hashlib
import os
import pathlib
import re
import secrets
import subprocess
import sys
import tempfile

MTLSCA = os.environ["MTLSCA"]
PRELOADED = os.environ["MTLSCA_TEST_MEMORY_LIBRARY"]
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

    def add_key(self, path, passphrase=None):
        """All that a private key's file tells, in each form that it may take in memory."""
        unlock = ["-passin", f"file:{passphrase}"] if passphrase else []
        openssl = ["openssl", "pkey", "-in", path, *unlock]
        text = subprocess.run([*openssl, "-noout", "-text"], cwd=self.folder, capture_output=True, check=True).stdout.decode()
        for name, digits in re.findall(r"^(\w+):\n((?: +[0-9a-f:]+\n)+)", text, re.MULTILINE):
            if name in NUMBERS:
                number = bytes.fromhex(re.sub(r"[\s:]", "", digits)).lstrip(b"\0")
                self.add(f"{name} of {path}", number)
                self.add(f"{name} of {path}, reversed", number[::-1])
        pem = subprocess.run(openssl, cwd=self.folder, capture_output=True, check=True).stdout.decode()
        lines = pem.split("\n")[1:-2]
        # What a certificate holds, too, is no secret: an RSA key begins with its modulus, an EC key ends with its point.
        private = slice(440, None) if len(lines) > 20 else slice(48, 80)
        self.add(f"{path} as PEM", "".join(lines)[private].encode())
        if passphrase:
            secret = (self.folder / passphrase).read_text().strip().encode()
            self.add(f"the key that protects {path}", stretched((self.folder / path).read_text(), secret))

    def run(self, *words, status=0, stdin=None, environment=None):
        dump = self.folder / "memory"
        dump.unlink(missing_ok=True)
        done = subprocess.run([MTLSCA, *words], cwd=self.folder, input=stdin, capture_output=True, check=False, env={
            "PATH": "/usr/bin:/bin", "LD_PRELOAD": PRELOADED, "MTLSCA_TEST_MEMORY": str(dump), **(environment or {})})
        if done.returncode != status:
            sys.exit(f"{words} ended with {done.returncode}, not with {status}: {done.stderr.decode()}")
        self.commands += 1
        self.last = words
        self.memory = re.sub(rb"\0{64,}", b"\0" * 64, dump.read_bytes())  # most of it

    def found(self):
        return {what for what, needles in self.known.items() if any(needle in self.memory for needle in needles)}

    def place_of(self, what):
        place = min(p for p in (self.memory.find(needle) for needle in self.known[what]) if p >= 0)
        return self.memory[self.memory.rfind(b"\n@@ ", 0, place):][:200].split(b"\n")[1].decode()

    def expect_nothing(self):
        for what in sorted(self.found()):
            self.failures.append(f"{' '.join(self.last)}: left {what} in {self.place_of(what)}")


def examine(world):
    ca, key, p12 = (world.passphrase(name) for name in ("ca.pass", "key.pass", "p12.pass"))
    home = ("--ca-pass", ca)

    def check(*words, **how):
        world.run(*words, **how)
        world.expect_nothing()

    # The scan sees what is there: a passphrase in the environment stays where the kernel has put it.
    world.run("init", "--name", "Control", "--home", "control", "--one-tier", "--ca-pass", "env:SECRET",
              environment={"SECRET": (world.folder / "ca.pass").read_text().strip()})
    if world.found() != {"the passphrase ca.pass"}:
        sys.exit(f"the scan is blind: {world.found()}")

    world.run("init", "--name", "Acme", *home)
    for name in ("root", "issuing"):
        world.add_key(f"ca/private/{name}.key", "ca.pass")
    world.expect_nothing()
    for algorithm in ("ec-p256", "ec-p384", "rsa-2048", "ed25519"):
        world.run("issue", algorithm, "--key", algorithm, "--out", "out", *home)
        world.add_key(f"out/{algorithm}.key")
        world.expect_nothing()
    world.run("issue", "alice", "--key-pass", key, "--p12", "--p12-pass", p12, "--out", "out", *home)
    world.add_key("out/alice.key", "key.pass")
    world.expect_nothing()

    for algorithm in ("ec-p256", "rsa-2048", "ed25519"):
        for form in (["p12", "--p12-pass", p12], ["p12", "--for", "java8", "--p12-pass", p12], ["k8s"]):
            check("export", algorithm, "--key", f"out/{algorithm}.key", "--as", *form)
    for json in ([], ["--json"]):
        check("export", "alice", "--as", "p12", "--key", "out/alice.key", "--key-pass", key, "--p12-pass", p12, *json)
        check("export", "alice", "--as", "k8s", "--key", "out/alice.key", "--key-pass", key, *json)
    check("export", "alice", "--as", "p12", "--key", "out/alice.key", "--key-pass", ca, "--p12-pass", p12, status=6)

    request = subprocess.run(["openssl", "req", "-new", "-key", "out/ed25519.key", "-subj", "/CN=request"],
                             cwd=world.folder, capture_output=True, check=True).stdout
    (world.folder / "request.csr").write_bytes(request)
    check("sign", "request.csr", *home)
    check("sign", "request.csr", "--name", "other", "--ca-pass", "stdin",
          stdin=(world.folder / "ca.pass").read_bytes())
    check("issue", "nobody", "--out", "out", "--ca-pass", key, status=6)

    world.run("batch", "-", "--jobs", "2", "--out", "batch", *home, stdin=b"name\none\ntwo\nthree\n")
    for name in ("one", "two", "three"):
        world.add_key(f"batch/{name}.key")
    world.expect_nothing()
    world.run("renew", "alice", "--rekey", "--out", "renewed", "--key-pass", key, *home)
    world.add_key("renewed/alice.key", "key.pass")
    world.expect_nothing()
    check("revoke", "two", *home)
    check("crl", *home)
    world.run("ca", "rollover", "prepare", "issuing", *home)
    for path in (world.folder / "ca/private").iterdir():
        world.add_key(str(path.relative_to(world.folder)), "ca.pass")
    world.expect_nothing()
    check("ocsp", "presign", "--out", "answers", *home)


def main():
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder)
        examine(world)
    print(f"{world.commands} commands, {len(world.known)} secrets in all their forms")
    sys.exit("\n".join(world.failures) or 0)


main()

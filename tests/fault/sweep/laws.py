"""What holds at every moment, whatever failed and whoever died: one function for all commands."""

import base64
import hashlib
import os
import re
import sqlite3
import stat
import subprocess

LONGEST_SECONDS = 60
PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----\n(.*?)-----END \1-----\n", re.S)


class Broken(Exception):
    """A law that does not hold, and what is there instead."""


def expect(holds, what):
    if not holds:
        raise Broken(what)


def run(*command, **options):
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", **options) as process:
        for _ in range(LONGEST_SECONDS):  # in which we ran: a machine that stands still is nobody's fault
            try:
                said, _ = process.communicate(timeout=1)
                return process.returncode, said
            except subprocess.TimeoutExpired:
                pass
        process.kill()
    raise Broken(f"{' '.join(command)} never ends")


def files_below(folder):
    for at, _, names in os.walk(folder):
        for name in names:
            yield os.path.join(at, name)


def content_of(path):
    with open(path, "rb") as file:
        return file.read()


def state():
    """A digest of all that lies here, as the next run finds it: what SQLite builds anew once nobody is alive, and a log
    without an entry, are as good as nothing."""
    digest = hashlib.sha256()
    for at, folders, names in os.walk("."):
        folders.sort()
        for path in (os.path.join(at, name) for name in sorted(folders + names)):
            content = b"" if os.path.isdir(path) else content_of(path)
            if not path.endswith("-shm") and (content or not path.endswith("-wal")):
                mode = os.lstat(path).st_mode
                digest.update(f"{path} {mode:o} {len(content)}\n".encode() + content)
    return digest.digest()


def is_whole_der(der):
    """One value, whose length says that nothing is missing and nothing follows."""
    if len(der) < 2 or der[0] != 0x30:
        return False
    size, head = der[1], 2
    if size & 0x80:
        head = 2 + (size & 0x7F)
        size = int.from_bytes(der[2:head], "big")
    return len(der) == head + size


def serial_of(der):
    """Of a certificate: the number behind the version."""
    at = 0
    for _ in range(2):  # into the certificate, into what is signed
        at += 2 + (der[at + 1] & 0x7F if der[at + 1] & 0x80 else 0)
    at += 2 + der[at + 1]  # [0] version
    return der[at + 2:at + 2 + der[at + 1]].lstrip(b"\0")


def blocks(path):
    """The PEM blocks of a file that consists of them and of nothing else but words between them."""
    content = content_of(path)
    found = PEM.findall(content)
    rest = PEM.sub(b"", content)
    expect(found and b"-----" not in rest and b"\0" not in rest, f"{path} is half a file")
    for label, text in found:
        der = base64.b64decode(text)
        expect(is_whole_der(der), f"{path}: half a {label.decode()}")
        yield label.decode(), der


class Database:
    def __init__(self, home):
        connection = sqlite3.connect(os.path.join(home, "mtlsca.db"))
        rows = connection.execute("SELECT c.serial, c.issuer, c.state, c.name, d.der FROM certificate c "
                                  "LEFT JOIN certificate_der d ON d.certificate = c.id").fetchall()
        self.rows = {(row[1], row[0]): row[2:] for row in rows}
        expect(len(self.rows) == len(rows), "a serial twice")
        self.revoked = {(row[1], row[0]) for row in connection.execute("SELECT serial, issuer FROM revocation")}
        self.serials = {row[0].lstrip(b"\0") for row in rows}
        self.known = {hashlib.sha256(row[4]).digest() for row in rows if row[4]}
        self.known |= {hashlib.sha256(row[0]).digest() for row in connection.execute("SELECT certificate FROM issuer")}
        self.has_batch = self.table(connection, "batch") and bool(connection.execute("SELECT 1 FROM batch").fetchall())
        connection.close()

    @staticmethod
    def table(connection, name):
        return bool(connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchall())

    def knows(self, der):
        return hashlib.sha256(der).digest() in self.known

    def names(self, *states):  # 0 pending, 1 valid, 2 revoked, 3 held
        return [row[1] for row in self.rows.values() if row[0] in states]


judgements = {}


def openssl(*words):
    """Of files with the same content it says the same."""
    key = words, tuple(hashlib.sha256(content_of(word)).digest() for word in words if os.path.isfile(word))
    if key not in judgements:
        judgements[key] = run("openssl", *words)
    return judgements[key]


def published(home):
    """Number and serials of each tier's CRL, as openssl reads them; it judges the signatures on the way."""
    crls = {}
    for issuer in "root", "issuing":
        _, said = openssl("crl", "-inform", "DER", "-in", f"{home}/crl/{issuer}.crl", "-noout", "-text", "-CAfile",
                          f"{home}/{issuer}.crt")
        expect("verify OK" in said, f"crl/{issuer}.crl is not whole: {said[:300]}")
        number = re.search(r"X509v3 CRL Number: *\n *(0x[0-9A-F]+|\d+)", said)
        crls[issuer] = int(number.group(1), 0), set(re.findall(r"Serial Number: ([0-9A-F]+)", said))
    return crls


class Before:
    """What stood before the command, and may not be lost by it."""

    def __init__(self, home):
        self.exists = os.path.exists(f"{home}/mtlsca.db")
        if self.exists:
            self.database = Database(home)
            self.crls = published(home)


def check_file(path, database, older):
    """Whole under its final name, and readable by nobody else where it holds a key."""
    name = os.path.basename(path)
    content = content_of(path)
    mode = stat.S_IMODE(os.stat(path).st_mode)
    if b"PRIVATE KEY" in content or name.endswith((".key", ".p12")) or name.startswith("mtlsca.db"):
        expect(mode & 0o077 == 0, f"{path} has the mode {mode:o}: others can read it")
    expect(mode & 0o022 == 0, f"{path} has the mode {mode:o}: others can write it")
    if older.get(path) == content:
        return
    if "/." in path:  # not seen yet: signed only after its serial was recorded
        for label, text in PEM.findall(content) if database else ():
            der = base64.b64decode(text)
            expect(label != b"CERTIFICATE" or database.knows(der) or serial_of(der) in database.serials,
                   f"{path} holds a certificate whose serial has no row")
        return
    if name.endswith((".crl", ".der", ".p12")):
        expect(is_whole_der(content), f"{path} is half a file")
    elif name.endswith((".crt", ".key")) or name in ("chain.pem", "bundle.pem"):
        for label, der in blocks(path):
            if label == "CERTIFICATE" and database:
                expect(database.knows(der), f"{path} holds a certificate that has no row")


def hold(world, before, older):
    """All of them, in the CA's folder and in all that the command wrote beside it."""
    home, database = world.home, None
    if os.path.exists(f"{home}/mtlsca.db"):
        status, said = run(world.program, "--home", home, "db", "check")
        expect(status == 0 or (status == 8 and world.old_schema and "older mtlsca" in said),
               f"db check says {status}: {said}")
        database = Database(home)
        crls = published(home)
        status, said = openssl("verify", "-crl_check_all", "-CAfile", f"{home}/chain.pem", "-CRLfile",
                               f"{home}/crl/bundle.pem", f"{home}/issuing.crt")
        expect(status == 0, f"nginx would not take the bundle: {said}")
        if before.exists:
            nothing_lost(before, database, crls)
    for path in files_below("."):
        check_file(path, database, older)


def nothing_lost(before, database, crls):
    for serial, row in before.database.rows.items():
        now = database.rows.get(serial)
        expect(now is not None and now[2] == row[2], f"the certificate {serial[1].hex()} of {row[1]} was lost")
    expect(before.database.revoked <= database.revoked, "a revocation was lost")
    for issuer, (number, serials) in before.crls.items():
        expect(crls[issuer][0] >= number, f"CRL {crls[issuer][0]} of {issuer} after {number}")
        expect(crls[issuer][1] >= serials, f"a revocation is no longer in the CRL of {issuer}")


def no_leftovers(folder=".", of_database=True):
    """Ours; the log of a database that nobody could close is taken over by who opens it next."""
    left = [path for path in files_below(folder)
            if os.path.basename(path).startswith(".") or path.endswith((".tmp", "-journal"))
            or (of_database and path.endswith(("-wal", "-shm")))]
    left += [os.path.join(at, name) for at, names, _ in os.walk(folder) for name in names if name.startswith(".")]
    expect(not left, f"left behind: {' '.join(left)}")

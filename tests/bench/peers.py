"""Peers that are installed, each with a CA of its own and the commands that issue one server certificate."""
import contextlib
import json
import os
import shutil
import sqlite3
import subprocess

from measurement import must

OPENSSL_SETTINGS = """
[ca]
default_ca = bench
[bench]
database = {folder}/index.txt
new_certs_dir = {folder}/new
certificate = {folder}/ca.crt
private_key = {folder}/ca.key
rand_serial = yes
crlnumber = {folder}/crlnumber
default_md = sha256
default_days = 90
default_crl_days = 7
policy = names
x509_extensions = leaf
copy_extensions = copy
[names]
commonName = supplied
[leaf]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = serverAuth
[req]
distinguished_name = empty
[empty]
"""


class OpensslCa:
    """`openssl ca` with `entries` in its index.txt, of them the last `revoked` revoked."""

    def __init__(self, folder, entries=0, revoked=0):
        self.folder = folder
        os.makedirs(f"{folder}/new")
        self.settings = f"{folder}/openssl.cnf"
        with open(self.settings, "w", encoding="utf-8") as file:
            file.write(OPENSSL_SETTINGS.format(folder=folder))
        with open(f"{folder}/crlnumber", "w", encoding="utf-8") as file:
            file.write("01\n")
        with open(f"{folder}/index.txt", "w", encoding="utf-8") as file:
            for number in range(entries):
                state = "V\t491231235959Z\t" if number < entries - revoked else \
                    "R\t491231235959Z\t260101000000Z,superseded"
                serial = f"{(number * 0x9E3779B97F4A7C15 + 1) % 2**63:016X}{number:016X}"
                file.write(f"{state}\t10{serial[2:]}\tunknown\t/CN=client-{number:08}\n")
        must(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out",
              f"{folder}/ca.key"])
        must(["openssl", "req", "-x509", "-new", "-key", f"{folder}/ca.key", "-subj", "/CN=Bench", "-days", "365",
              "-out", f"{folder}/ca.crt", "-config", self.settings])

    def request_steps(self, name):
        key, request = f"{self.folder}/{name}.key", f"{self.folder}/{name}.csr"
        return [["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key],
                ["openssl", "req", "-new", "-key", key, "-subj", f"/CN={name}", "-addext",
                 f"subjectAltName=DNS:{name}", "-config", self.settings, "-out", request]]

    def ca_step(self, name):
        return ["openssl", "ca", "-batch", "-notext", "-config", self.settings, "-in", f"{self.folder}/{name}.csr",
                "-out", f"{self.folder}/{name}.crt"]

    def issue_steps(self, name):
        return [*self.request_steps(name), self.ca_step(name)]

    def crl_step(self):
        return ["openssl", "ca", "-gencrl", "-config", self.settings, "-out", f"{self.folder}/ca.crl"]

    def rows(self):
        with open(f"{self.folder}/index.txt", encoding="utf-8") as file:
            return sum(1 for _ in file)


class Peer:
    """The commands that issue to a name, and how many certificates there are."""

    def __init__(self, steps, made):
        self.steps = steps
        self.made = made


def easy_rsa(folder):
    program = shutil.which("easyrsa") or "/usr/share/easy-rsa/easyrsa"
    if not os.path.exists(program):
        return None
    prefix = [program, "--batch", "--use-algo=ec", "--curve=prime256v1", f"--pki-dir={folder}/pki"]
    os.makedirs(folder)
    must([*prefix, "init-pki"], cwd=folder)
    must([*prefix, "build-ca", "nopass"], cwd=folder)
    return Peer(lambda name: [[*prefix, "build-server-full", name, "nopass"]],
                lambda: len(os.listdir(f"{folder}/pki/issued")))


CFSSL_REQUEST = '{"CN":"cfssl.test","hosts":["cfssl.test"],"key":{"algo":"ecdsa","size":256}}\n'


# cfssl's own is made by a migration tool that Debian does not have.
CFSSL_DATABASE = """
CREATE TABLE certificates (serial_number BLOB NOT NULL, authority_key_identifier BLOB NOT NULL, ca_label BLOB,
  status BLOB NOT NULL, reason INT, expiry TIMESTAMP, revoked_at TIMESTAMP, pem BLOB NOT NULL,
  PRIMARY KEY (serial_number, authority_key_identifier));
"""


def count_rows(path, table):
    with contextlib.closing(sqlite3.connect(path)) as database:
        return database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def cfssl(folder):
    """With a SQLite database, in which it records each certificate."""
    if not shutil.which("cfssl") or not shutil.which("cfssljson"):
        return None
    os.makedirs(folder)
    with open(f"{folder}/request.json", "w", encoding="utf-8") as file:
        file.write(CFSSL_REQUEST)
    with open(f"{folder}/database.json", "w", encoding="utf-8") as file:
        json.dump({"driver": "sqlite3", "data_source": f"{folder}/certificates.db"}, file)
    with contextlib.closing(sqlite3.connect(f"{folder}/certificates.db")) as database:
        database.executescript(CFSSL_DATABASE)
    genkey = f"cfssl genkey -loglevel 4 $3 {folder}/request.json | cfssljson -bare {folder}/$1"
    must(["sh", "-c", genkey, "sh", "ca", "", "-initca"])
    sign = (f"cfssl sign -loglevel 4 -ca {folder}/ca.pem -ca-key {folder}/ca-key.pem -db-config "
            f"{folder}/database.json -hostname $2 {folder}/$1.csr >{folder}/$1.json")
    return Peer(lambda name: [["sh", "-c", f"{genkey} && {sign}", "sh", name, name]],
                lambda: count_rows(f"{folder}/certificates.db", "certificates"))


def step(folder):
    """Without its server, so that it records nothing. Debian's package of this name is another program."""
    program = shutil.which("step-cli") or shutil.which("step")
    if not program or "Smallstep" not in subprocess.run([program, "version"], capture_output=True, text=True,
                                                        check=False).stdout:
        return None
    os.makedirs(folder)
    must([program, "certificate", "create", "Bench", f"{folder}/ca.crt", f"{folder}/ca.key", "--profile", "root-ca",
          "--no-password", "--insecure"])
    return Peer(lambda name: [[program, "certificate", "create", name, f"{folder}/{name}.crt", f"{folder}/{name}.key",
                               "--ca", f"{folder}/ca.crt", "--ca-key", f"{folder}/ca.key", "--no-password",
                               "--insecure"]],
                lambda: len([file for file in os.listdir(folder) if file.endswith(".crt")]) - 1)


def others(folder):
    """Name → Peer, and the names of those that are not installed."""
    found, missing = {}, []
    for name, set_up in (("easy-rsa", easy_rsa), ("cfssl", cfssl), ("step", step)):
        peer = set_up(f"{folder}/{name}")
        if peer:
            found[name] = peer
        else:
            missing.append(name)
    return found, missing

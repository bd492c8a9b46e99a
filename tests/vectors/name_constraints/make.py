"""Asks openssl verify which names it lets pass below a CA with name constraints.

Reads cases.txt, makes a root with the constraints of each case and a leaf with its names, and writes verdicts.txt:
constraints | subject | sans | nameConstraints as hex | ok or the error's number
    python3 make.py       needs openssl 3.0
"""
import os
import re
import subprocess
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
kinds = {"dns": "DNS", "ip": "IP", "email": "email", "uri": "URI"}
masks = {"8": "255.0.0.0", "16": "255.255.0.0", "32": "255.255.255.255", "128": ":".join(["ffff"] * 8),
         "v6/32": "ffff:ffff:0:0:0:0:0:0"}

def openssl(*arguments, check=True):
    return subprocess.run(["openssl", *arguments], check=check, capture_output=True, text=True)

def constraint(text):
    side = "permitted" if text[0] == "+" else "excluded"
    kind, value = text[1:].split(":", 1)
    if kind == "ip":
        address, _, length = value.partition("/")
        length = length or ("128" if ":" in address else "32")
        value = address + "/" + masks.get("v6/" + length if ":" in address else length, masks.get(length))
    return f"{side};{kinds[kind]}:{value}"

def general_name(text):
    kind, value = text.split(":", 1)
    return f"{kinds[kind]}:{value}"

def verdict(folder, constraints, subject, sans):
    path = lambda name: os.path.join(folder, name)
    with open(path("cnf"), "w") as file:
        file.write("[req]\ndistinguished_name=none\n[none]\n[ca]\nbasicConstraints=critical,CA:TRUE\n"
                   "keyUsage=critical,keyCertSign\n"
                   "nameConstraints=critical," + ",".join(map(constraint, constraints)) + "\n[leaf]\n"
                   "basicConstraints=CA:FALSE\n")
        if sans:
            file.write("subjectAltName=" + ",".join(map(general_name, sans)) + "\n")
    openssl("req", "-x509", "-config", path("cnf"), "-extensions", "ca", "-key", path("key"), "-subj", "/O=CA",
            "-days", "30", "-out", path("ca"))
    openssl("req", "-new", "-config", path("cnf"), "-key", path("key"), "-subj", subject, "-out", path("request"))
    openssl("x509", "-req", "-in", path("request"), "-CA", path("ca"), "-CAkey", path("key"), "-extfile", path("cnf"),
            "-extensions", "leaf", "-days", "30", "-out", path("leaf"))
    dump = openssl("asn1parse", "-in", path("ca")).stdout
    extension = re.search(r"X509v3 Name Constraints.*?\[HEX DUMP\]:([0-9A-F]+)", dump, re.S).group(1)
    answer = openssl("verify", "-CAfile", path("ca"), path("leaf"), check=False)
    error = re.search(r"error (\d+) at", answer.stdout + answer.stderr)
    return extension, error.group(1) if error else "ok"

def main():
    with tempfile.TemporaryDirectory() as folder:
        openssl("genpkey", "-quiet", "-algorithm", "ED25519", "-out", os.path.join(folder, "key"))
        with open(os.path.join(here, "cases.txt")) as cases, open(os.path.join(here, "verdicts.txt"), "w") as out:
            for line in cases:
                if line.startswith("#") or not line.strip():
                    continue
                constraints, subject, sans = (field.strip() for field in line.split("|"))
                extension, result = verdict(folder, constraints.split(), subject, sans.split())
                print(constraints, subject, sans, extension, result, sep=" | ", file=out)

main()

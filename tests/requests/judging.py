"""Is a certificate what the profile gives, and nothing more? Whoever asks says which names it may have."""
import base64
import datetime
import ipaddress
import subprocess

from strict import read_all, read_one

# X.520 and RFC 5280 appendix A.1, of what a subject of ours may hold: type, longest, in characters.
BOUNDS = {"2.5.4.3": 64, "2.5.4.11": 64}
BASIC, USAGE, EXTENDED, SAN = "2.5.29.19", "2.5.29.15", "2.5.29.37", "2.5.29.17"
SKI, AKI = "2.5.29.14", "2.5.29.35"
# With CRL and issuer URLs: type, critical.
ALWAYS = {BASIC: True, USAGE: True, EXTENDED: False, SKI: False, AKI: False, "2.5.29.31": False,
          "1.3.6.1.5.5.7.1.1": False}
PURPOSES = {"client": ["1.3.6.1.5.5.7.3.2"], "server": ["1.3.6.1.5.5.7.3.1"]}
RSA = "1.2.840.113549.1.1.1"


class Wrong(Exception):
    pass


def need(truth, what):
    if not truth:
        raise Wrong(what)


def first_der(pem):
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    return base64.b64decode(pem.split(begin, 1)[1].split(end, 1)[0])


def general_name(element):
    if element.tag == 0x87:
        return "IP:" + str(ipaddress.ip_address(element.content))
    return {0x81: "email:", 0x82: "DNS:", 0x86: "URI:"}[element.tag] + element.content.decode("ascii")


def requested_spki(content):
    """Of a request that was granted, which is DER therefore."""
    if b"-----BEGIN" in content:
        body = content.split(b"REQUEST-----", 1)[1].split(b"-----END", 1)[0]
        content = base64.b64decode(b"".join(body.split()))
    return read_one(content)[0][2].whole


class Certificate:
    def __init__(self, der):
        outer = read_one(der)
        tbs = outer[0].children
        need(tbs[0].tag == 0xA0 and tbs[0][0].number() == 2, "it is of version 3")
        self.serial, self.inner_algorithm, self.issuer, validity, self.subject, self.spki = tbs[1:7]
        self.begin, self.end = validity[0].time(), validity[1].time()
        need(len(tbs) == 8 and tbs[7].tag == 0xA3, "nothing but extensions follows the key")
        need(outer[1].whole == self.inner_algorithm.whole, "both algorithms are one (RFC 5280 4.1.1.2)")
        self.extensions = {}
        for extension in tbs[7][0].children:
            parts = extension.children
            critical = len(parts) == 3
            need(not critical or parts[1].content == b"\xff", "critical FALSE is left out")
            kind = parts[0].oid()
            need(kind not in self.extensions, f"{kind} is there once (RFC 5280 4.2)")
            self.extensions[kind] = critical, parts[-1].content

    def common_name(self):
        return "".join(one[0][1].text() for one in self.subject.children if one[0][0].oid() == "2.5.4.3")

    def sans(self):
        if SAN not in self.extensions:
            return []
        return [general_name(one) for one in read_one(self.extensions[SAN][1]).children]


def judge_serial(serial):
    content = serial.content
    need(serial.number() > 0 and len(content) <= 20,
         "the serial is positive and has 20 octets at most (RFC 5280 4.1.2.2)")
    need(len(content) >= 9, "the serial has 64 bits of chance (CA/Browser Forum BR 7.1)")


def judge_subject(certificate, ous):
    for part in certificate.subject.children:
        need(len(part.children) == 1, "an RDN has one attribute")
        kind, value = part[0][0].oid(), part[0][1]
        need(kind in BOUNDS, f"the subject has the attribute {kind}")
        need(value.tag == 0x0C and 1 <= len(value.text()) <= BOUNDS[kind], "a value is UTF8String and within its bound")
        need(all(ord(one) >= 0x20 and not 0x7F <= ord(one) <= 0x9F for one in value.text()), "no control characters")
        need(kind != "2.5.4.11" or value.text() in ous, "no OU but those that were granted")


def judge_extensions(certificate, profile):
    expected = dict(ALWAYS)
    if SAN in certificate.extensions:
        expected[SAN] = not certificate.subject.children  # RFC 5280 4.2.1.6
    found = {kind: critical for kind, (critical, _) in certificate.extensions.items()}
    need(found == expected, f"the extensions are those of the profile: {found}")
    value = {kind: read_one(value) for kind, (_, value) in certificate.extensions.items()}
    need(value[BASIC].whole == b"\x30\x00", "it is no CA")
    usage = value[USAGE].content
    is_rsa = certificate.spki[0][0].oid() == RSA
    need(usage in (b"\x07\x80", b"\x05\xa0") and (usage == b"\x07\x80" or is_rsa),
         f"its usages are those of the profile: {usage.hex()}")
    need([one.oid() for one in value[EXTENDED].children] == PURPOSES[profile], "its purposes are those of the profile")


def judge(der, request, profile="client", sans=None, name=None, allowed_sans=None, ous=()):
    """Raises Wrong or NotDer. `sans`, `name`: exactly these; `allowed_sans`: none but these."""
    certificate = Certificate(der)
    judge_serial(certificate.serial)
    judge_subject(certificate, ous)
    judge_extensions(certificate, profile)
    need(certificate.subject.children or certificate.sans(), "it names somebody")
    need(len(set(certificate.sans())) == len(certificate.sans()), "no name stands there twice")
    if sans is not None:
        need(certificate.sans() == sans, f"its names are {certificate.sans()}")
    if name is not None:
        need(certificate.common_name() == name, f"its CN is {certificate.common_name()}")
    if allowed_sans is not None:
        need(set(certificate.sans()) <= set(allowed_sans), f"its names are {certificate.sans()}")
    wanted = read_one(requested_spki(request))
    point, given = wanted[1].content, certificate.spki[1].content
    # A compressed point may be written out.
    need(certificate.spki.whole == wanted.whole or point[1] in (2, 3) and given[2:34] == point[2:],
         "its key is the request's")
    need(datetime.timedelta(days=0) < certificate.end - certificate.begin <= datetime.timedelta(days=91),
         "it lives as long as the profile says")
    return certificate


def judge_chain(home, files):
    """Signatures, dates and what else OpenSSL looks at, of all at once."""
    command = ["openssl", "verify", "-x509_strict", "-CAfile", f"{home}/root.crt", "-untrusted", f"{home}/issuing.crt",
               *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    need(done.returncode == 0 and done.stdout.count(": OK\n") == len(files), done.stdout[-500:] + done.stderr[-500:])

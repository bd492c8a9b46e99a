"""Keys and signatures without a library: what a requester may do, a library would often refuse to.

The keys come from their names, so that the corpus is the same every day; they protect nothing.
"""
import hashlib

from der import NULL, bits, integer, octets, oid, sequence, element

P256 = {"oid": "1.2.840.10045.3.1.7", "size": 32,
        "p": 2**256 - 2**224 + 2**192 + 2**96 - 1, "a": -3,
        "b": 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        "g": (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
              0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5),
        "n": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551}
P384 = {"oid": "1.3.132.0.34", "size": 48,
        "p": 2**384 - 2**128 - 2**96 + 2**32 - 1, "a": -3,
        "b": 0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
        "g": (0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
              0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F),
        "n": 2**384 - 1388124618062372383947042015309946732620727252194336364173}
SECP256K1 = {"oid": "1.3.132.0.10", "size": 32, "p": 2**256 - 2**32 - 977, "a": 0, "b": 7,
             "g": (0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
                   0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8),
             "n": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141}

EC_PUBLIC_KEY = "1.2.840.10045.2.1"
RSA_ENCRYPTION = "1.2.840.113549.1.1.1"
ECDSA = {name: f"1.2.840.10045.4.3.{number}"
         for name, number in (("sha224", 1), ("sha256", 2), ("sha384", 3), ("sha512", 4))}
ECDSA["sha1"] = "1.2.840.10045.4.1"
RSA = {name: f"1.2.840.113549.1.1.{number}" for name, number in
       (("md5", 4), ("sha1", 5), ("sha256", 11), ("sha384", 12), ("sha512", 13), ("sha224", 14))}
DIGESTS = {"md5": "1.2.840.113549.2.5", "sha1": "1.3.14.3.2.26", "sha224": "2.16.840.1.101.3.4.2.4",
           "sha256": "2.16.840.1.101.3.4.2.1", "sha384": "2.16.840.1.101.3.4.2.2",
           "sha512": "2.16.840.1.101.3.4.2.3"}


def number_from(label, size):
    """Octets that look random, from a name."""
    return int.from_bytes(hashlib.shake_256(label.encode()).digest(size), "big")


def add(curve, one, other):
    if one is None or other is None:
        return one or other
    p = curve["p"]
    if one[0] == other[0]:
        if (one[1] + other[1]) % p == 0:
            return None
        slope = (3 * one[0] ** 2 + curve["a"]) * pow(2 * one[1], -1, p) % p
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, p) % p
    x = (slope * slope - one[0] - other[0]) % p
    return x, (slope * (one[0] - x) - one[1]) % p


def times(curve, factor, point):
    result = None
    while factor:
        if factor & 1:
            result = add(curve, result, point)
        point = add(curve, point, point)
        factor >>= 1
    return result


class EcKey:
    def __init__(self, label, curve=P256):
        self.label, self.curve = label, curve
        self.secret = number_from(label, 2 * curve["size"]) % (curve["n"] - 1) + 1
        self.point = times(curve, self.secret, curve["g"])

    def encoded_point(self, form=4):
        x, y = (number.to_bytes(self.curve["size"], "big") for number in self.point)
        if form == 4:
            return b"\x04" + x + y
        if form in (6, 7):  # hybrid
            return bytes([6 | y[-1] & 1]) + x + y
        return bytes([2 | y[-1] & 1]) + x

    def spki(self, point=None, parameters=None):
        return sequence(sequence(oid(EC_PUBLIC_KEY), oid(self.curve["oid"]) if parameters is None else parameters),
                        bits(self.encoded_point() if point is None else point))

    def sign(self, content, digest="sha256"):
        """(r, s), which are the same every time."""
        hashed = hashlib.new(digest, content).digest()
        n = self.curve["n"]
        number = int.from_bytes(hashed[:self.curve["size"]], "big")
        secret = number_from(f"{self.label} {hashed.hex()}", 2 * self.curve["size"]) % (n - 1) + 1
        r = times(self.curve, secret, self.curve["g"])[0] % n
        return r, pow(secret, -1, n) * (number + r * self.secret) % n

    def algorithm(self, digest="sha256"):
        return sequence(oid(ECDSA[digest]))

    def signature(self, content, digest="sha256"):
        r, s = self.sign(content, digest)
        return sequence(integer(r), integer(s))


def is_prime(number):
    """Miller and Rabin; the numbers are nobody's choice but that of a hash."""
    if any(number % small == 0 for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)):
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (2, 3, 5, 7, 11):
        x = pow(base, odd, number)
        if x in (1, number - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % number
            if x == number - 1:
                break
        else:
            return False
    return True


def prime(label, bit_count):
    """With its two highest bits set, so that a product of two has twice as many bits."""
    number = number_from(label, bit_count // 8) | 3 << (bit_count - 2) | 1
    while not is_prime(number):
        number += 2
    return number


class RsaKey:
    def __init__(self, modulus_bits, exponent=65537, primes=None):
        self.p, self.q = primes or (prime(f"rsa {modulus_bits} p", modulus_bits // 2),
                                    prime(f"rsa {modulus_bits} q", modulus_bits // 2))
        self.modulus, self.exponent = self.p * self.q, exponent

    def spki(self, exponent=None, modulus=None, parameters=NULL):
        return sequence(sequence(oid(RSA_ENCRYPTION), parameters),
                        bits(sequence(integer(modulus or self.modulus),
                                      integer(self.exponent if exponent is None else exponent))))

    def algorithm(self, digest="sha256"):
        return sequence(oid(RSA[digest]), NULL)

    def signature(self, content, digest="sha256"):
        """PKCS #1 version 1.5."""
        size = (self.modulus.bit_length() + 7) // 8
        info = sequence(sequence(oid(DIGESTS[digest]), NULL), octets(hashlib.new(digest, content).digest()))
        padded = b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info
        secret = pow(self.exponent, -1, (self.p - 1) * (self.q - 1))
        return pow(int.from_bytes(padded, "big"), secret, self.modulus).to_bytes(size, "big")


class Ed25519Key:
    """RFC 8032, as its formulas stand there."""
    P = 2**255 - 19
    D = -121665 * pow(121666, -1, P) % P
    ORDER = 2**252 + 27742317777372353535851937790883648493
    BASE = (15112221349535400772501151409588531511454012693041857206046113283949847762202,
            4 * pow(5, -1, P) % P)
    OID = "1.3.101.112"

    def __init__(self, label):
        hashed = hashlib.sha512(number_from(label, 32).to_bytes(32, "big")).digest()
        self.secret = int.from_bytes(hashed[:32], "little") & (2**254 - 8) | 2**254
        self.prefix = hashed[32:]
        self.public = self.encode(self.times(self.secret))

    @classmethod
    def add(cls, one, other):
        cross = cls.D * one[0] * other[0] * one[1] * other[1] % cls.P
        return ((one[0] * other[1] + other[0] * one[1]) * pow(1 + cross, -1, cls.P) % cls.P,
                (one[1] * other[1] + one[0] * other[0]) * pow(1 - cross, -1, cls.P) % cls.P)

    @classmethod
    def times(cls, factor):
        result, point = (0, 1), cls.BASE
        while factor:
            if factor & 1:
                result = cls.add(result, point)
            point, factor = cls.add(point, point), factor >> 1
        return result

    @staticmethod
    def encode(point):
        return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")

    def spki(self, public=None, parameters=b""):
        return sequence(sequence(oid(self.OID), parameters), bits(self.public if public is None else public))

    def algorithm(self, _digest="sha512"):
        return sequence(oid(self.OID))

    def signature(self, content, _digest="sha512"):
        nonce = int.from_bytes(hashlib.sha512(self.prefix + content).digest(), "little") % self.ORDER
        commitment = self.encode(self.times(nonce))
        challenge = int.from_bytes(hashlib.sha512(commitment + self.public + content).digest(), "little")
        return commitment + ((nonce + challenge * self.secret) % self.ORDER).to_bytes(32, "little")

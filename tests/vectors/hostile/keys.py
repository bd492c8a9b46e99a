"""Public keys that are weak, malformed or of other kinds, and signatures that prove nothing."""
import hashlib

from der import NULL, bits, context, element, integer, name, octets, oid, sequence
from request import KEY, info, issued, refused, request, signed, unreadable
from signing import (EC_PUBLIC_KEY, P256, P384, RSA, RSA_ENCRYPTION, SECP256K1, Ed25519Key, EcKey, RsaKey, number_from,
                     prime)

RSA_KEY = RsaKey(2048)
P384_KEY = EcKey("requester", P384)
ED_KEY = Ed25519Key("requester")


def with_spki(file, spki, key=KEY, digest="sha256"):
    """Signed by a sound key, because the one in it may be unable to."""
    return signed(info(name([("CN", file)]), spki), key, digest)


def good():
    for file, key in (("rsa_2048", RSA_KEY), ("p256", KEY), ("p384", P384_KEY), ("ed25519", ED_KEY)):
        yield issued(f"key_{file}", "a sound key", request(f"key_{file}", key=key))
    yield issued("key_p256_compressed", "a compressed point",
                 with_spki("key_p256_compressed", KEY.spki(KEY.encoded_point(2))))


def rsa():
    small = RsaKey(1024)
    yield refused("rsa_1024", "1024 bits", "key-too-small", request("rsa_1024", key=small))
    odd = RsaKey(2047, primes=(prime("rsa 2047 p", 1024), prime("rsa 2047 q", 1016)))
    yield refused("rsa_2040", "2040 bits", "key-too-small", request("rsa_2040", key=odd))
    for exponent in (1, 3, 17, 257, 65535, 65536, 2**256 + 1, 0):
        file = f"rsa_exponent_{exponent if exponent < 2**64 else 'huge'}"
        yield refused(file, f"the exponent {exponent}", "key-exponent",
                      with_spki(file, RSA_KEY.spki(exponent=exponent), RSA_KEY))
    shared = RSA_KEY.modulus
    for file, what, modulus, rule in (
            ("even", "an even modulus", shared + 1, "key-modulus"),
            ("three", "a modulus divisible by 3", 3 * (shared // 3 | 1), "key-modulus"),
            ("751", "a modulus divisible by 751", 751 * (shared // 751 | 1), "key-modulus"),
            ("negative", "a negative modulus", -shared, "key-unreadable"),
            ("zero", "a modulus of nothing", 2**2047, "key-modulus"),
            ("square", "the square of a prime", RSA_KEY.p ** 2, "key-modulus"),
            ("9000", "9000 bits, which cost whoever verifies", number_from("wide", 1125) | 1 << 8999 | 1,
             "key-too-large"),
            ("200000", "two hundred thousand bits", number_from("wider", 25000) | 1 << 199999 | 1, "key-too-large")):
        yield refused(f"rsa_{file}", what, rule, with_spki(f"rsa_{file}", RSA_KEY.spki(modulus=modulus), RSA_KEY))
    inner = sequence(integer(shared), integer(65537))
    algorithm = sequence(oid(RSA_ENCRYPTION), NULL)
    for file, what, spki in (
            ("no_parameters", "parameters left out", RSA_KEY.spki(parameters=b"")),
            ("other_parameters", "an OID as parameters", RSA_KEY.spki(parameters=oid("1.2.3"))),
            ("trailing", "octets behind the exponent", sequence(algorithm, bits(inner + NULL))),
            ("third", "a third number", sequence(algorithm, bits(sequence(integer(shared), integer(65537),
                integer(1))))),
            ("padded", "a modulus with leading zeros", sequence(algorithm, bits(sequence(
                element(2, b"\0\0" + shared.to_bytes(256, "big")), integer(65537))))),
            ("no_exponent", "no exponent", sequence(algorithm, bits(sequence(integer(shared))))),
            ("nothing", "no key", sequence(algorithm, bits(b"")))):
        yield refused(f"rsa_{file}", what, "key-unreadable", with_spki(f"rsa_{file}", spki, RSA_KEY))


def elliptic():
    x, y = KEY.point
    wide = lambda *numbers: b"\x04" + b"".join(number.to_bytes(32, "big") for number in numbers)
    for file, what, point in (
            ("infinity", "the point at infinity", b"\0"), ("off_curve", "a point beside the curve", wide(x, y ^ 1)),
            ("zero", "zero and zero", wide(0, 0)), ("short", "a point that is cut off", KEY.encoded_point()[:-1]),
            ("long", "an octet too many", KEY.encoded_point() + b"\0"),
            ("hybrid", "a hybrid point", KEY.encoded_point(6)),
            ("not_reduced", "a coordinate above the prime", wide(P256["p"] + 5, y)), ("nothing", "no point", b""),
            ("five", "a form that there is not", b"\5" + KEY.encoded_point()[1:]),
            ("other_curve", "a point of P-384", P384_KEY.encoded_point()),
            ("no_root", "a compressed point that is none", b"\2" + P256["p"].to_bytes(32, "big"))):
        yield refused(f"ec_{file}", what, "key-point", with_spki(f"ec_{file}", KEY.spki(point)))
    yield refused("ec_secp256k1", "a curve that nginx doesn't take", "key-curve",
                  request("ec_secp256k1", key=EcKey("k", SECP256K1)))
    explicit = sequence(integer(1), sequence(oid("1.2.840.10045.1.1"), integer(P256["p"])),
                        sequence(octets((P256["p"] - 3).to_bytes(32, "big")), octets(P256["b"].to_bytes(32, "big"))),
                        octets(wide(x, y)), integer(P256["n"]), integer(1))
    for file, what, parameters in (
            ("explicit", "P-256 with a generator of the requester's (CVE-2020-0601)", explicit),
            ("no_parameters", "no curve", b""), ("null", "NULL as curve", NULL), ("p224", "P-224", oid("1.3.132.0.33")),
            ("p192", "P-192", oid("1.2.840.10045.3.1.1")), ("brainpool", "brainpoolP256r1",
                                                            oid("1.3.36.3.3.2.8.1.1.7")),
            ("sm2", "SM2", oid("1.2.156.10197.1.301")), ("unknown", "a curve nobody knows", oid("1.2.3.4.5"))):
        yield refused(f"ec_{file}", what, "key-curve", with_spki(f"ec_{file}", KEY.spki(parameters=parameters)))


def others():
    for file, what, spki in (
            ("short", "31 octets", ED_KEY.spki(ED_KEY.public[:-1])),
            ("long", "33 octets", ED_KEY.spki(ED_KEY.public + b"\0")),
            ("parameters", "NULL as parameters", ED_KEY.spki(parameters=NULL)),
            ("nothing", "no octets", ED_KEY.spki(b""))):
        yield refused(f"ed25519_{file}", what, "key-unreadable", with_spki(f"ed25519_{file}", spki, ED_KEY))
    for file, what, public in (
            ("identity", "the neutral element, under which anybody signs", b"\1" + b"\0" * 31),
            ("order_2", "a point of order 2", (2**255 - 20).to_bytes(32, "little")),
            ("order_4", "a point of order 4", b"\0" * 32),
            ("order_8", "a point of order 8",
             bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")),
            ("not_reduced", "a coordinate above the prime", (2**255 - 18).to_bytes(32, "little"))):
        yield refused(f"ed25519_{file}", what, "key-point", with_spki(f"ed25519_{file}", ED_KEY.spki(public), ED_KEY))
    yield refused("ed25519_no_point", "no point of the curve, under which nothing verifies", "request-signature",
                  with_spki("ed25519_no_point", ED_KEY.spki(b"\2" + b"\0" * 31), ED_KEY))
    yield refused("rsa_exponent_negative", "a negative exponent", "key-unreadable",
                  with_spki("rsa_exponent_negative", RSA_KEY.spki(exponent=-65537), RSA_KEY))
    for file, what, identifier in (
            ("dsa", "DSA", "1.2.840.10040.4.1"), ("dh", "Diffie-Hellman", "1.2.840.113549.1.3.1"),
            ("x25519", "X25519", "1.3.101.110"),
            ("ed448", "Ed448", "1.3.101.113"), ("rsa_pss", "RSASSA-PSS", "1.2.840.113549.1.1.10"),
            ("ml_dsa", "ML-DSA-44", "2.16.840.1.101.3.4.3.17"),
            ("rsa_oaep", "RSAES-OAEP", "1.2.840.113549.1.1.7"), ("unknown", "nobody knows", "1.2.3.4.5"),
            ("ecdh", "id-ecDH", "1.3.132.1.12")):
        yield refused(f"key_{file}", f"the algorithm of the key: {what}", "key-algorithm",
                      with_spki(f"key_{file}", sequence(sequence(oid(identifier)), bits(b"\1" * 32))))
    for file, what, spki in (
            ("unused_bits", "a BIT STRING of seven bits less",
             sequence(sequence(oid(EC_PUBLIC_KEY), oid(P256["oid"])), bits(KEY.encoded_point(), 7))),
            ("octets", "an OCTET STRING", sequence(sequence(oid(EC_PUBLIC_KEY), oid(P256["oid"])),
                                                   octets(KEY.encoded_point()))),
            ("three_parameters", "three parts of an algorithm",
             sequence(sequence(oid(EC_PUBLIC_KEY), oid(P256["oid"]), NULL), bits(KEY.encoded_point()))),
            ("trailing", "octets behind the key", sequence(sequence(oid(EC_PUBLIC_KEY), oid(P256["oid"])),
                                                           bits(KEY.encoded_point()), NULL)),
            ("empty", "no parts", sequence()), ("no_bits", "no key",
                                                sequence(sequence(oid(EC_PUBLIC_KEY), oid(P256["oid"])))),
            ("bits_empty", "a BIT STRING of no octets", sequence(sequence(oid(EC_PUBLIC_KEY), oid(P256["oid"])),
                                                                 element(3)))):
        yield unreadable(f"spki_{file}", what, "public key", with_spki(f"spki_{file}", spki))


def ecdsa_signatures():
    content = info(name([("CN", "signature_ecdsa")]), KEY.spki())
    r, s = KEY.sign(content)
    n = P256["n"]
    for digest in ("sha256", "sha384", "sha512"):
        yield issued(f"signature_{digest}", f"ECDSA with {digest}", request(f"signature_{digest}", digest=digest))
    for digest in ("sha1", "sha224"):
        yield refused(f"signature_{digest}", f"ECDSA with {digest}", "request-signature",
                      request(f"signature_{digest}", digest=digest))
    yield issued("signature_ecdsa", "the other signature of the same content, n - s",
                 signed(content, signature=sequence(integer(r), integer(n - s))))
    padded = element(2, b"\0\0" + r.to_bytes(33, "big").lstrip(b"\0"))
    for file, what, value in (
            ("zero", "zero and zero", sequence(integer(0), integer(0))),
            ("r_zero", "r is zero", sequence(integer(0), integer(s))),
            ("s_zero", "s is zero", sequence(integer(r), integer(0))),
            ("one", "one and one", sequence(integer(1), integer(1))),
            ("order", "r and s are the order", sequence(integer(n), integer(n))),
            ("r_more", "r plus the order", sequence(integer(r + n), integer(s))),
            ("s_more", "s plus the order", sequence(integer(r), integer(s + n))),
            ("negative", "a negative r", sequence(integer(r - 2**256), integer(s))),
            ("padded", "r with leading zeros", sequence(padded, integer(s))),
            ("trailing", "octets behind it", sequence(integer(r), integer(s)) + b"\0"),
            ("third", "a third number", sequence(integer(r), integer(s), integer(0))),
            ("set", "a SET", element(0x31, integer(r), integer(s))),
            ("raw", "r and s side by side", r.to_bytes(32, "big") + s.to_bytes(32, "big")), ("empty", "no octets", b""),
            ("cut", "cut off", sequence(integer(r), integer(s))[:-1]),
            ("swapped", "s and r", sequence(integer(s), integer(r))),
            ("huge", "numbers of sixteen thousand bits", sequence(integer(2**16000 + r), integer(s))),
            ("long_length", "a length in more octets than it needs",
             b"\x30\x81" + sequence(integer(r), integer(s))[1:])):
        yield refused(f"ecdsa_{file}", what, "request-signature", signed(content, signature=value))
    other = EcKey("somebody else")
    yield refused("signature_other_key", "by another key", "request-signature",
                  signed(info(name([("CN", "signature_other_key")]), KEY.spki()), other))
    yield refused("signature_other_content", "of another request", "request-signature",
                  signed(content, signature=KEY.signature(content + b"\0")))


def algorithms():
    content = info(name([("CN", "algorithm")]), KEY.spki())
    for file, what, algorithm in (
            ("null", "ECDSA with NULL as parameters (RFC 5758 3.2)", sequence(oid("1.2.840.10045.4.3.2"), NULL)),
            ("rsa", "RSA for an EC key", RSA_KEY.algorithm()), ("ed25519", "Ed25519 for an EC key", ED_KEY.algorithm()),
            ("sha384", "another digest than was used", KEY.algorithm("sha384")),
            ("key", "the algorithm of the key", sequence(oid(EC_PUBLIC_KEY))),
            ("digest", "a digest alone", sequence(oid("2.16.840.1.101.3.4.2.1"))),
            ("unknown", "nobody knows it", sequence(oid("1.2.3.4"))),
            ("dsa", "DSA", sequence(oid("2.16.840.1.101.3.4.3.2"))),
            ("specified", "ecdsa-with-Specified", sequence(oid("1.2.840.10045.4.3"))),
            ("hmac", "a MAC", sequence(oid("1.2.840.113549.2.9"))), ("empty", "none", sequence())):
        yield refused(f"algorithm_{file}", what, "request-signature", signed(content, algorithm=algorithm))
    rsa_content = info(name([("CN", "algorithm_rsa")]), RSA_KEY.spki())
    proof = RSA_KEY.signature(rsa_content)
    for digest in ("md5", "sha1", "sha224"):
        yield refused(f"rsa_{digest}", f"RSA with {digest}", "request-signature",
                      request(f"rsa_{digest}", key=RSA_KEY, digest=digest))
    for digest in ("sha384", "sha512"):
        yield issued(f"rsa_{digest}", f"RSA with {digest}", request(f"rsa_{digest}", key=RSA_KEY, digest=digest))
    digest = hashlib.sha256(rsa_content).digest()
    for file, what, value in (
            ("cut", "an octet too few", proof[1:]), ("long", "an octet too many", b"\0" + proof),
            ("zero", "zero", b"\0" * 256),
            ("one", "one", b"\0" * 255 + b"\1"), ("modulus", "the modulus", RSA_KEY.modulus.to_bytes(256, "big")),
            ("unpadded", "the digest as it is", digest.rjust(256, b"\0")), ("empty", "no octets", b"")):
        yield refused(f"rsa_proof_{file}", what, "request-signature", signed(rsa_content, RSA_KEY, signature=value))
    yield refused("rsa_ecdsa", "ECDSA for an RSA key", "request-signature",
                  signed(rsa_content, RSA_KEY, algorithm=KEY.algorithm(), signature=KEY.signature(rsa_content)))
    yield refused("rsa_pss_empty", "PSS without parameters, which means SHA-1", "request-signature",
                  signed(rsa_content, RSA_KEY, algorithm=sequence(oid("1.2.840.113549.1.1.10"), sequence())))
    ed_content = info(name([("CN", "algorithm_ed25519")]), ED_KEY.spki())
    proof = ED_KEY.signature(ed_content)
    more = int.from_bytes(proof[32:], "little") + ED_KEY.ORDER
    for file, what, value in (("malleable", "S plus the order", proof[:32] + more.to_bytes(32, "little")),
                              ("cut", "63 octets", proof[:-1]),
                              ("long", "65 octets", proof + b"\0"), ("zero", "zeros", b"\0" * 64)):
        yield refused(f"ed25519_proof_{file}", what, "request-signature", signed(ed_content, ED_KEY, signature=value))
    yield unreadable("signature_unused_bits", "a BIT STRING of seven bits less", "octets",
                     sequence(content, KEY.algorithm(), bits(KEY.signature(content), 7)))
    yield unreadable("signature_octets", "an OCTET STRING", "malformed",
                     sequence(content, KEY.algorithm(), octets(KEY.signature(content))))
    yield unreadable("signature_missing", "none", "malformed", sequence(content, KEY.algorithm()))
    yield unreadable("signature_trailing", "something behind it", "malformed",
                     sequence(content, KEY.algorithm(), bits(KEY.signature(content)), context(0)))


def cases():
    for group in (good, rsa, elliptic, others, ecdsa_signatures, algorithms):
        yield from group()

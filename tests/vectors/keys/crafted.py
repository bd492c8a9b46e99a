"""Public keys that no tool makes, put together from the sound ones beside this file."""
import math

def element(tag, content):
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 128 | len(octets)]) + octets + content

def integer(number):
    return element(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))

RSA = bytes.fromhex("06092a864886f70d010101")
EC = bytes.fromhex("06072a8648ce3d0201")
P256 = bytes.fromhex("06082a8648ce3d030107")
NULL = b"\x05\x00"

def spki(algorithm, key):
    return element(0x30, element(0x30, algorithm) + element(3, b"\0" + key))

def rsa(modulus, exponent=65537, parameters=NULL):
    return spki(RSA + parameters, element(0x30, integer(modulus) + integer(exponent)))

def write(name, data):
    with open(name + ".spki", "wb") as file:
        file.write(data)

def read(name):
    with open(name + ".spki", "rb") as file:
        return file.read()

# The modulus is the first INTEGER of the inner SEQUENCE; it has 257 octets with its sign.
encoded = read("rsa_2048")
at = encoded.index(bytes.fromhex("02820101")) + 4
n = int.from_bytes(encoded[at:at + 257], "big")

write("rsa_even", rsa(n & ~1))
write("rsa_factor_3", rsa(n - n % 3))
multiple = n - n % 751
while multiple % 2 == 0 or any(multiple % p == 0 for p in range(3, 751, 2)):
    multiple -= 751
write("rsa_factor_751", rsa(multiple))
root = math.isqrt(n)
while any(root % p == 0 for p in range(2, 752)):
    root -= 1
write("rsa_square", rsa(root * root))
write("rsa_zero", rsa(0))
write("rsa_one", rsa(1))
write("rsa_e1", rsa(n, 1))
write("rsa_e_even", rsa(n, 65538))
write("rsa_e_huge", rsa(n, 2**256 + 1))
write("rsa_giant", rsa(2**20000 + 1))
write("rsa_negative", spki(RSA + NULL, element(0x30, element(2, b"\x80" + bytes(255)) + integer(65537))))
write("rsa_padded", spki(RSA + NULL, element(0x30, element(2, bytes(2) + n.to_bytes(256, "big")) + integer(65537))))
write("rsa_trailing", spki(RSA + NULL, element(0x30, integer(n) + integer(65537)) + b"x"))
write("rsa_no_parameters", rsa(n, parameters=b""))
write("rsa_empty", spki(RSA + NULL, b""))

point = read("ec_p256")[-65:]
write("ec_off_curve", spki(EC + P256, point[:-1] + bytes([point[-1] ^ 1])))
write("ec_infinity", spki(EC + P256, b"\0"))
write("ec_no_point", spki(EC + P256, b""))
write("ec_short_point", spki(EC + P256, point[:-1]))
write("ec_too_large", spki(EC + P256, b"\4" + b"\xff" * 64))
write("ec_no_parameters", spki(EC, point))
write("ec_implicit", spki(EC + NULL, point))
write("ec_unknown_curve", spki(EC + bytes.fromhex("06032a0304"), point))
write("ec_malformed_curve", spki(EC + b"\x06\x01\x80", point))

ED25519 = bytes.fromhex("06032b6570")
write("ed25519_identity", spki(ED25519, b"\1" + bytes(31)))
write("ed25519_order_8", spki(ED25519, bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85")))
write("ed25519_short", spki(ED25519, read("ed25519")[-31:]))
write("ed25519_parameters", spki(ED25519 + NULL, read("ed25519")[-32:]))
write("unknown_algorithm", spki(b"\x06\x03\x2a\x03\x04", b"abc"))

# What is no SubjectPublicKeyInfo at all.
sound = read("ec_p256")
write("malformed_empty", b"")
write("malformed_trailing", sound + b"x")
write("malformed_truncated", sound[:-1])
write("malformed_text", b"not a key")
write("malformed_bits", sound.replace(b"\x03\x42\x00", b"\x03\x42\x01"))
write("malformed_long_length", b"\x30\x81" + sound[1:])
write("malformed_oid", spki(b"\x06\x01\x80", b"abc"))

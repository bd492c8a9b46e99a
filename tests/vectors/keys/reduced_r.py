"""A P-256 key and its signature whose r was reduced by the order: the sum's x is not below it.

python3 reduced_r.py FOLDER writes reduced_r.spki and reduced_r.signature (over the octets "reduced r"). One of 2^128
signatures is like that, so that none can be waited for: R is chosen, and the key made for it, Q = (s·R - e·G) / r.
"""
import hashlib
import pathlib
import sys

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)


def add(one, other):
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    slope = ((3 * x1 * x1 - 3) * pow(2 * y1, -1, P) if one == other else (y2 - y1) * pow(x2 - x1, -1, P)) % P
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def multiply(number, point):
    result = None
    while number:
        if number & 1:
            result = add(result, point)
        point, number = add(point, point), number >> 1
    return result


def point_above_the_order():
    for x in range(N, P):
        square = (x**3 - 3 * x + B) % P
        y = pow(square, (P + 1) // 4, P)
        if y * y % P == square:
            return x, y
    raise ValueError("none")


def der(tag, content):
    return bytes([tag, len(content)]) + content


def integer(number):
    return der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def main():
    folder = pathlib.Path(sys.argv[1])
    e = int.from_bytes(hashlib.sha256(b"reduced r").digest(), "big") % N
    total = point_above_the_order()
    r, s = total[0] - N, 0x123456789ABCDEF
    x, y = multiply(pow(r, -1, N), add(multiply(s, total), multiply(N - e, G)))
    algorithm = der(0x30, bytes.fromhex("06072a8648ce3d020106082a8648ce3d030107"))
    key = b"\0\4" + x.to_bytes(32, "big") + y.to_bytes(32, "big")
    (folder / "reduced_r.spki").write_bytes(der(0x30, algorithm + der(0x03, key)))
    (folder / "reduced_r.signature").write_bytes(der(0x30, integer(r) + integer(s)))


main()

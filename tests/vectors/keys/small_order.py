"""The points of small order on edwards25519 (RFC 8032 5.1) as lib/x509/key/judgement.cpp lists them: the
y-coordinates that can be written in 255 bits, little-endian. Any point times the order of the base point is one."""
p = 2**255 - 19
order = 2**252 + 27742317777372353535851937790883648493
d = -121665 * pow(121666, -1, p) % p

def recover_x(y):
    square = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
    x = pow(square, (p + 3) // 8, p)
    if x * x % p != square:
        x = x * pow(2, (p - 1) // 4, p) % p
    return x if x * x % p == square else None

def add(a, b):
    product = d * a[0] * b[0] * a[1] * b[1]
    return ((a[0] * b[1] + b[0] * a[1]) * pow(1 + product, -1, p) % p,
            (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, p) % p)

def multiply(factor, point):
    result = (0, 1)
    while factor:
        if factor & 1:
            result = add(result, point)
        point = add(point, point)
        factor >>= 1
    return result

found = set()
for y in range(2, 40):
    x = recover_x(y)
    if x is not None:
        small = multiply(order, (x, y))
        found |= {multiply(i, small)[1] for i in range(8)}
for value in sorted(v for y in found for v in (y, y + p) if v < 2**255):
    print(value.to_bytes(32, "little").hex())

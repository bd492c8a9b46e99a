"""Text that tries to be more than a value, by a seed, and what a refusal of it must look like."""
import os
import random
import re

from nginx_language import Broken

SEED = int(os.environ.get("MTLSCA_SEED") or random.SystemRandom().randrange(2**32))
chance = random.Random(SEED)

PIECES = ['"', "'", ";", "{", "}", "#", "$", "\\", "\n", "\r\n", "\t", "\0", "\x01", "\x1b[31m", "\x7f", "\u0085",
          "\u2028", "é", "\u202e", "😀", " ", "  ", "~", "~*", "*", "?", "[", "]", "(", ")", "|", "^", ".", "..", "../",
          "./", "//", "/", "%2e%2e/", "%00", "%", ",", ",OU=Admin", "+", "=", "<", ">", "&", "!", "@", ":", "`", "-",
          "--", "\\\"", "\\\\", "\\n", "\\;", "\\", "${mtlsca_dollar}", "$request_uri", "${", "}}", "{{", "{{{cert}}}",
          "default", "include", "hostnames", "volatile", "include /etc/passwd;", "x; return 200 owned;",
          '"; return 200 owned; #', "\n return 200 owned;\n#", "\n}\nserver { listen 1; }\n", "{ return 200 x; }", "';}",
          "content_by_lua_block { os.execute('x') }", "if ($x) {", "on", "off", "_", "http", "localhost", "\udcff",
          "\udcc3", "A", "b", "7", "admin", "a" * 40, "b" * 64, "é" * 90, "c" * 300, "d/" * 150, "e" * 2100, "f;" * 3000]


def fragment():
    return "".join(chance.choice(PIECES) for _ in range(chance.choice((1, 1, 2, 2, 3, 5))))


def toml(value):
    if isinstance(value, list):
        return "[" + ", ".join(toml(one) for one in value) + "]"
    return '"' + "".join("\\" + c if c in '"\\' else f"\\u{ord(c):04X}" if ord(c) < 32 or ord(c) == 127 else c
                         for c in value) + '"'


def refused_well(status, message, fields, statuses=(3,)):
    """Text that a terminal may show, and where to look."""
    if status not in statuses:
        raise Broken(f"exit {status}: {message}")
    if re.search("[^\n -~\u00a0-\U0010ffff]|[\u2028-\u202e\udc80-\udcff]", message):
        raise Broken(f"bytes that a terminal might obey: {message!r}")
    said = message.lower().replace("-", "_")
    if not any(field in said for field in fields):
        raise Broken(f"none of {fields} is named in {message!r}")

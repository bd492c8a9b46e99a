"""Values in a site, in [roles] and in the inventory that try to be more than values, and the law for them:

mtlsca refuses them by the name of their field and writes nothing, or a real nginx accepts what was written and reads
the very directives that harmless values give, with the value as an argument, or the part of one that it stands for.

MTLSCA=path/to/mtlsca [MTLSCA_SEED=number] python3 hostile_test.py
"""
import errno
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from hostile_values import SEED, chance, fragment, refused_well, toml
from nginx_language import Broken, compare, directives, words

MTLSCA = os.environ["MTLSCA"]
SITES, CERTIFICATES, ROLES = 300, 60, 40

# Programs.


def run(command, cwd=None):
    done = subprocess.run([os.fsencode(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=60, cwd=cwd)
    return (done.returncode, done.stdout.decode("utf-8", "surrogateescape"),
            done.stderr.decode("utf-8", "surrogateescape"))


def mtlsca(*arguments):
    return run([MTLSCA, "--home", home, *arguments], cwd=work)


def must(*arguments):
    status, output, message = mtlsca(*arguments)
    if status:
        raise SystemExit(f"mtlsca {' '.join(arguments)}: {message}")
    return output


def in_quotes(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def nginx_reads(configuration):
    """The whole configuration as nginx -T shows it."""
    with open(f"{work}/nginx.conf", "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(configuration)
    status, dump, message = run(["nginx", "-T", "-p", work, "-c", "nginx.conf", "-e", f"{work}/error.log"])
    if status:
        raise Broken("nginx refuses it: " + message)
    return dump


def main_configuration(site):
    temporary = "".join(f"{name}_temp_path {work}/temporary;\n"
                        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return (f"pid {work}/nginx.pid;\nevents {{ }}\nhttp {{\naccess_log off;\n{temporary}"
            f"include {in_quotes(site['http_file'])};\ninclude {in_quotes(site['site_file'])};\n}}\n")


# Places of a site: templates where @ is the hostile part. A place that is open takes some hostile text; one that is
# closed takes none, and is only tried with text that it cannot mean.
FILES = "d/e/files"
OPEN = {"server_name": ["@", "@.test", "*.@.test", "www.@"], "path": ["/@", "/a/@", "/a/@/"],
        "names": ["cn:@", "owner:@", "san:uri:spiffe://acme/@", "san:dns:@.test"],
        "upstream": ["http://127.0.0.1:8080/@", "https://[::1]/a/@/"], "ocsp_responder": ["http://127.0.0.1:8889/@"],
        "cert": [FILES + "/@"], "key": [FILES + "/@"], "root": [FILES + "/@"], "log_folder": [FILES + "/@"],
        "out": ["out/@"]}
CLOSED = {"upstream": ["@", "http://@/", "http://127.0.0.1:@", "unix:@"], "listen": ["@", "127.0.0.1:@", "[::1]:@"],
          "resolver": ["@", "127.0.0.1:@"], "ocsp_responder": ["@", "http://@/", "http://127.0.0.1:@"], "path": ["@"],
          "roles": ["@"], "names": ["@", "san:ip:@", "san:@"], "tls": ["@"], "roles_from": ["@"], "log_format": ["@"],
          "revocation": ["@"], "http_listen": ["@", "127.0.0.1:@"]}
# What a message may call it, where that is something else.
CALLED = {"path": ["location", "path"], "roles": ["role", "location"], "out": ["cannot stand in nginx"],
          "http_listen": ["http_listen", "listen"]}
BY_FLAG = {"server_name", "path", "roles", "upstream", "root", "cert", "key", "listen", "log_folder", "resolver",
           "ocsp_responder", "tls", "roles_from", "log_format", "revocation", "out", "http_listen"}
IS_FILE = {"cert", "key", "root", "log_folder", "out"}


def as_file(text):
    """Short enough for a folder's entry, and with an end that is one."""
    parts = [part[i:i + 60] for part in text.split("/") for i in range(0, max(len(part), 1), 60)]
    return "/".join(parts) + ("x" if text.endswith(("/", ".")) or not text.strip("./") else "")


def hostile_place(number):
    """(place, whether it is open, hostile value, harmless value)"""
    is_open = chance.random() < 0.7
    place = chance.choice(sorted(OPEN if is_open else CLOSED))
    template = chance.choice((OPEN if is_open else CLOSED)[place])
    part = fragment()
    while not is_open and ("/" in part or re.fullmatch(r"[\w.:-]*", part, re.ASCII)):
        part = fragment()
    mark = f"zq{number}zq"
    template = template.replace(FILES, f"{FILES}/{number}/f") # no two names meet, even with "../"
    if place in IS_FILE:
        part = as_file(part.replace("\0", "") if place == "out" else part) or "x"
    if place in ("path", "upstream", "ocsp_responder") and is_open:
        part = part.rstrip("/") or "x"
    if place == "server_name": # longer names have a hash table of another size
        mark += "z" * min(len(part) - len(mark), 50)
    return place, is_open, template.replace("@", part), template.replace("@", mark)


def harmless_site():
    ways = chance.choice((["crl"], ["map"], ["crl", "map"], ["ocsp"], ["crl", "ocsp"]))
    site = {"server_name": "plain.test", "cert": FILES + "/server.crt", "key": FILES + "/server.key",
            "listen": ["127.0.0.1:8443", "[::1]:8443"], "revocation": ways, "log_folder": FILES,
            "tls": chance.choice(("1.2", "1.3")), "roles_from": chance.choice(("dn", "inventory")),
            "log_format": chance.choice(("text", "json"))}
    if "ocsp" in ways:
        site.update(ocsp_responder="http://127.0.0.1:8889/", resolver=["127.0.0.1"])
    if chance.random() < 0.3:
        site.update(redirect_http=True, http_listen=["127.0.0.1:8081"])
    site.update(chance.choice(({"upstream": "http://127.0.0.1:8080"}, {"root": FILES})))
    site["location"] = [{"path": "/p0/", "access": "public"}, {"path": "/p1", "roles": ["admin"]}]
    return site


def put(site, place, value):
    """The same site with this value."""
    site = json.loads(json.dumps(site))
    if place in ("upstream", "root"):
        site.update(upstream="", root="")
    if place in ("ocsp_responder", "resolver"):
        site["revocation"] = ["ocsp"]
        site.setdefault("ocsp_responder", "http://127.0.0.1:8889/")
    if place == "http_listen":
        site["redirect_http"] = True
    if place in ("listen", "resolver", "revocation", "http_listen"):
        site[place] = [value]
    elif place == "path":
        site["location"] = [{"path": value, "roles": ["admin"]}]
    elif place in ("roles", "names"):
        site["location"][1][place] = [value]
    elif place != "out":
        site[place] = value
    return site


def flags_of(site):
    flags = []
    for key, value in site.items():
        if key == "redirect_http":
            flags.append("--redirect-http")
        elif key == "location":
            for location in value:
                flags += [f"--role={role}={location['path']}" for role in location.get("roles", [])]
                flags += [f"--public={location['path']}"] if "access" in location else []
        elif value:
            flags += [f"--{key.replace('_', '-')}={one}" for one in (value if isinstance(value, list) else [value])]
    return flags


def write(site, out, by_flags):
    if by_flags:
        return mtlsca("nginx", "site", *flags_of(site), f"--out={out}", "--json")
    lines = [f"{key} = {'true' if value is True else toml(value)}" for key, value in site.items()
             if value and key != "location"]
    for location in site["location"]:
        lines += ["[[location]]"] + [f"{key} = {toml(value)}" for key, value in location.items()]
    with open(f"{work}/site.toml", "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write("\n".join(lines) + "\n")
    return mtlsca("nginx", "site", "--site=site.toml", f"--out={out}", "--json")


def meant(place, value):
    """What nginx must be told for it."""
    if place in IS_FILE:
        return os.path.normpath(os.path.join(work, value))
    if place == "server_name" or value.startswith("san:dns:"):
        value = value.lower()
    if place == "names":
        return "literally:" + value.split(":", 1)[1]
    if place in ("path", "upstream", "ocsp_responder"):
        return re.sub(r"^\w+://[^/]*", "", value).rstrip("/")
    return value


def make_file(place, value):
    path = meant(place, value)
    if not path.startswith(work + "/") or "\0" in path:
        return
    try:
        if place in ("cert", "key"):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            shutil.copy(f"{work}/{FILES}/server.{'crt' if place == 'cert' else 'key'}", path)
        elif place != "out":
            os.makedirs(path, exist_ok=True)
    except OSError as problem:
        if problem.errno != errno.ENAMETOOLONG:
            raise


def try_site(number):
    """Whether it was accepted."""
    place, is_open, value, harmless = hostile_place(number)
    site = harmless_site()
    by_flags = place in BY_FLAG and "\0" not in value and chance.random() < 0.5
    outs = [value, harmless] if place == "out" else [f"out/{number}", f"out/{number}h"]
    if place in IS_FILE:
        make_file(place, value)
        make_file(place, harmless)
    before = sorted(os.listdir(work))
    status, output, message = write(put(site, place, value), outs[0], by_flags)
    if status:
        fields = CALLED.get(place, [place])
        if re.search("[\udc80-\udcff]", value): # no UTF-8, so no TOML
            fields = fields + ["site.toml"]
        refused_well(status, message, fields, (2, 3) if by_flags else (3,))
        if sorted(os.listdir(work)) != before or place != "out" and os.path.exists(f"{work}/{outs[0]}"):
            raise Broken("refused, and something was written")
        return False
    if not is_open:
        raise Broken(f"{place} = {value!r} was accepted")
    dump = nginx_reads(main_configuration(json.loads(output)))
    status, output, message = write(put(site, place, harmless), outs[1], by_flags)
    if status:
        raise Broken("the harmless site is refused: " + message)
    pairs = [(meant(place, harmless), meant(place, value)),
             (meant(place, harmless).replace("*", "_"), meant(place, value).replace("*", "_")), # a file of a "*." name
             (f"{work}/{outs[1]}/", f"{meant('out', outs[0])}/")]
    compare(dump, nginx_reads(main_configuration(json.loads(output))), pairs)
    return True


# [roles] and the inventory.


def as_subject(text):
    """RFC 4514 2.4, in ASCII, as nginx shows it."""
    data = text.encode("utf-8")
    return "".join(f"\\{byte:02X}" if byte < 32 or byte > 126 else
                   "\\" + chr(byte) if chr(byte) in ',+"\\<>;' or place == 0 and chr(byte) in "# " or
                   place == len(data) - 1 and chr(byte) == " " else chr(byte) for place, byte in enumerate(data))


def try_roles(number, settings, site):
    """Whether it was accepted."""
    is_ou, value = chance.random() < 0.7, fragment()
    while not is_ou and re.fullmatch(r"[\w-]*", value, re.ASCII):
        value = fragment()

    def dump(unit, role):
        with open(f"{home}/mtlsca.toml", "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(settings.replace("\n[roles]\n", f"\n[roles]\n{toml(unit)} = {toml(role)}\n"))
        status, output, message = write(site, "roles", False)
        return status, message, output and nginx_reads(main_configuration(json.loads(output)))

    status, message, hostile = dump(value, "odd") if is_ou else dump("Odd", value)
    if status:
        refused_well(status, message, ["role", "mtlsca.toml"])
        return False
    if not is_ou:
        raise Broken(f"the role {value!r} was accepted")
    status, message, harmless = dump(f"zq{number}zq", "odd")
    if status:
        raise Broken("a harmless role is refused: " + message)
    compare(hostile, harmless, [(f"literally:zq{number}zq", "literally:" + as_subject(value))])
    return True


def try_certificate(number, issued):
    """Whether it was accepted; then its name, owner and SANs are in `issued`, by serial."""
    place, template = chance.choice((("name", "@"), ("name", "@"), ("owner", "@"), ("owner", "@"), ("owner", "x@"),
                                     ("label", "k=@"), ("label", "@=v"), ("san", "uri:spiffe://acme/@"), ("san", "dns:@"),
                                     ("san", "email:@"), ("ou", "@"), ("bind", "@")))
    value = template.replace("@", fragment().replace("\0", "") or "x")
    name = f"{value} {number}" if place == "name" else f"c{number}"
    options = [] if place == "name" else [f"--{place}={value}"]
    status, output, message = mtlsca("issue", "--json", "--out=issued", *options, "--", name)
    if status:
        refused_well(status, message, {"name": ["cn", "name"]}.get(place, [place]), (2, 3))
        return False
    if place == "bind":
        raise Broken(f"bound to {value!r}")
    made, owner = json.loads(output), value if place == "owner" else ""
    issued[made["serial"]] = {"$mtlsca_name": name, "$mtlsca_owner": owner, "$mtlsca_san": " ".join(made["san"])}
    return True


SERIAL = re.compile("[0-9A-F]{16,40}")


def check_inventory(dump, dump_before, issued):
    """Each certificate's lines say what was asked for, and there is nothing else."""
    others, told, variable = [], {}, None
    for around, arguments, block in directives(dump):
        if block:
            variable = arguments[-1]
        if around[-1:] == ("map",) and SERIAL.fullmatch(arguments[0]):
            told.setdefault(variable, {})[arguments[0]] = arguments[1:]
        else:
            others.append((around, arguments, block))
    if others != [one for one in directives(dump_before) if not SERIAL.fullmatch(one[1][0])]:
        raise Broken("the inventory changed what is no line of a certificate")
    for serial, asked in issued.items():
        for variable, value in asked.items():
            line = told[variable].get(serial, [""])
            # What nginx has no way to write is left out.
            wanted = "" if re.search("[\0-\x1f\x7f]", value) or len(value.encode()) > 2000 else value
            if [word.replace("${mtlsca_dollar}", "$") for word in line] != [wanted]:
                raise Broken(f"{variable} of {serial} is {line!r}, asked was {value!r}")
    if not set(told["$mtlsca_name"]) >= set(issued) or len(told["$mtlsca_name"]) != len(issued) + 1: # and the server
        raise Broken("certificates that are not in the inventory, or not told of")


# The test itself.


def first_directive(text):
    """Its name, or none where it does not end as one."""
    name = None
    try:
        for word, mark in words(text):
            if mark:
                return name if mark != "}" else None
            name = word if name is None else name
    except Broken:
        return None


def prove_that_it_notices():
    """nginx's own opinion of words; and configurations with something injected are found."""
    for _ in range(40):
        text = "x" + fragment().replace("\0", "")[:500] # so that it is no directive that there is
        text = chance.choice((in_quotes(text), text))
        with open(f"{work}/word.conf", "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text + " ;")
        _, _, message = run(["nginx", "-t", "-p", work, "-c", "word.conf", "-e", f"{work}/error.log"])
        said = re.search(r'unknown directive "(.*)" in ' + re.escape(work), message, re.DOTALL)
        read = first_directive(text + " ;")
        if (said and said[1]) != read:
            raise SystemExit(f"of {text!r} nginx reads {said and said[1]!r} and this test {read!r}: {message}")

    status, output, message = write(put(harmless_site(), "root", FILES + "/zqzq"), "out/proof", False)
    os.makedirs(f"{work}/{FILES}/zqzq")
    honest = nginx_reads(main_configuration(json.loads(output)))
    compare(honest, honest, [])
    at = f"{work}/{FILES}/zqzq"
    for asked in ("/x; return 200 owned", "/x; } server { listen 1; } location /y { root /x", "/x y", '"x', "/x; #",
                  "/x # y", "/x\n; autoindex on", "/x; include /etc/passwd", "/x{", "/x}; }", "/x\\n", "'/x'"):
        injected = re.sub(f'root "?{re.escape(at)}"?;', lambda _: f"root {asked};", honest)
        if injected == honest:
            raise SystemExit("nothing was injected")
        try:
            compare(injected, honest, [(at, asked)])
        except Broken:
            continue
        raise SystemExit(f"this test does not see {asked!r}")


def main():
    must("init", "--name", "Acme", "--no-passphrase")
    os.makedirs(f"{work}/{FILES}")
    os.makedirs(f"{work}/out")
    open(f"{work}/site.toml", "w").close()
    must("issue", "server", "--profile", "server", "--san", "dns:plain.test", "--out", FILES)
    with open(f"{home}/mtlsca.toml", encoding="utf-8") as file:
        settings = file.read().replace('ous = ["@roles"]', 'ous = ["*"]')
    with open(f"{home}/mtlsca.toml", "w", encoding="utf-8") as file:
        file.write(settings)
    prove_that_it_notices()

    # The inventory first: whatever is issued renews every folder of a site.
    accepted = {"certificates": 0, "roles": 0, "sites": 0}
    site = dict(harmless_site(), roles_from="dn", revocation=["map"], ocsp_responder="", resolver=[])
    shared = json.loads(write(site, "inventory", False)[1])
    before = nginx_reads(main_configuration(shared))
    issued = {}
    for number in range(CERTIFICATES):
        accepted["certificates"] += try_certificate(number, issued)
    check_inventory(nginx_reads(main_configuration(shared)), before, issued)
    for number in range(ROLES):
        accepted["roles"] += try_roles(number, settings, site)
    with open(f"{home}/mtlsca.toml", "w", encoding="utf-8") as file:
        file.write(settings)
    for number in range(SITES):
        accepted["sites"] += try_site(number)
    print(f"accepted: {accepted['sites']} of {SITES} sites, {accepted['roles']} of {ROLES} settings, "
          f"{accepted['certificates']} of {CERTIFICATES} certificates")
    if min(accepted.values()) < 5:
        raise Broken("too few were accepted: what nginx does with them was not tried")


print(f"MTLSCA_SEED={SEED}", flush=True)
work = os.path.realpath(tempfile.mkdtemp())
home = f"{work}/ca"
try:
    main()
except Broken as problem:
    sys.exit(f"FAILED with MTLSCA_SEED={SEED}: {problem}")
finally:
    shutil.rmtree(work)

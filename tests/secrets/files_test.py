"""What commands write cannot be read by whom it is not for, not for a moment, whatever the umask; and who can put
links into a folder cannot turn a write to somewhere else.

Every command that writes files runs three times with another umask, once of them watched by strace. Then again, with a
symbolic link, a dangling one and a hard link in the place of each file that it had written.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

MTLSCA = os.environ["MTLSCA"]
REQUEST = ["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
           "/CN=dave", "-keyout", "dave.key", "-out", "dave.csr"]
P12 = ("--p12-pass", "file:pass")
SITE = ("--server-name", "www.example.com", "--cert", "/w.crt", "--key", "/w.key", "--upstream", "http://127.0.0.1:1")

# Each with the folder that it writes to, "ca" or another one; {} is that folder.
COMMANDS = (
    ("init", "--name", "Acme", "--no-passphrase"),
    ("issue", "alice", "--out", "{}", "--p12", *P12, "--force"),
    ("issue", "bob", "--out", "{}", "--key-pass", "file:pass", "--force"),
    ("sign", "dave.csr", "--out", "{}"),
    ("batch", "rows.csv", "--out", "{}"),
    ("renew", "carol", "--rekey", "--out", "{}"),
    ("export", "erin", "--as", "p12", "--key", "kept/erin.key", *P12, "--out", "{}/erin.p12", "--force"),
    ("export", "erin", "--as", "k8s", "--key", "kept/erin.key", "--out", "{}/erin.yaml", "--force"),
    ("export", "erin", "--as", "pem", "--out", "{}/erin.pem"),
    ("crl", "--out", "{}/bundle.pem"),
    ("report", "--html", "{}/report.html"),
    ("nginx", "site", *SITE, "--out", "{}/site"),
    ("ocsp", "presign", "--names", "serial", "--out", "{}/answers"),
    ("schedule", "systemd", "--install", "--root", "{}"),
    ("db", "backup", "{}/backups"),
    ("revoke", "erin"),
    ("ca", "rollover", "prepare", "issuing"),
)
# For whom it is said in cli.md: keys, and what holds one, for their owner; databases hold who has what.
SECRET = re.compile(r"\.key$|\.p12$|\.yaml$|mtlsca\.db|ocsp/.*\.pem$|/private$|report\.html$|^backups")


def fail(text):
    sys.exit(f"FAILED: {text}")


def run(command, folder, where, umask=0o022, traced=None, status=(0,)):
    words = [word.replace("{}", where) for word in command]
    watch = ["strace", "-f", "-qq", "-e", "signal=none", "-o", traced, "-e",
             "trace=open,openat,creat,mkdir,mkdirat,chmod,fchmod,fchmodat,write,pwrite64,writev,close"] if traced else []
    done = subprocess.run([*watch, MTLSCA, "--home", "ca", *words], cwd=folder, umask=umask, capture_output=True, check=False,
                          env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"})
    if status and done.returncode not in status:
        fail(f"{words} ended with {done.returncode}: {done.stderr.decode()}")


def modes(folder):
    """Mode by path; the name of a backup or an answer is time and chance."""
    found = {}
    for root, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(root, name)
            shown = re.sub(r"\b[0-9A-F]{32}\b|\d{4}-?\d\d-?\d\d[T-]?[\d:-]*Z?", "X", os.path.relpath(path, folder))
            found[shown] = os.lstat(path).st_mode & 0o7777
    return found


def judge_trace(text, command):
    """A new file is nobody else's until its mode was set, and that is before its first byte; a folder never was more
    than it is."""
    made = {}  # descriptor: whether something was written
    seen = 0
    for line in text.splitlines():
        # -f without threads that interleave: an unfinished call has no result to look at.
        match = re.match(r"(\d+) +(\w+)\((.*)\) += (-?\d+)", line)
        if not match or int(match[4]) < 0:
            continue
        _, call, arguments, result = match.groups()
        if call in ("open", "openat") and re.search(r"O_CREAT|O_TMPFILE", arguments):
            mode = int(re.search(r", (0[0-7]*)$", arguments)[1], 8)
            if mode & 0o077:
                fail(f"{command}: a moment for others: {line}")
            made[result] = False
            seen += 1
        elif call in ("open", "openat", "close"):
            made.pop(result if call != "close" else arguments, None)
        elif call == "creat" or call in ("chmod", "fchmodat"):
            fail(f"{command}: by name: {line}")
        elif call in ("mkdir", "mkdirat") and int(arguments.rsplit(", ", 1)[1], 8) & 0o022:
            fail(f"{command}: a folder for everybody: {line}")
        elif call in ("write", "pwrite64", "writev") and arguments.split(",")[0] in made:
            made[arguments.split(",")[0]] = True
        elif call == "fchmod" and made.get(arguments.split(",")[0]):
            fail(f"{command}: a mode after the content: {line}")
    if seen == 0:
        fail(f"{command}: no file was seen being made")


def make_world(folder, umask=0o022):
    (folder / "pass").write_text("a passphrase")
    (folder / "rows.csv").write_text("name\nrow1\nrow2\n")
    subprocess.run(REQUEST, cwd=folder, capture_output=True, check=True)
    run(COMMANDS[0], folder, "", umask)
    for name in ("carol", "erin"):
        run(("issue", name, "--out", "{}"), folder, "kept", umask)


def check_modes(scratch):
    found = {}
    for umask in (0o022, 0o000, 0o077):
        folder = scratch / f"umask{umask:o}"
        folder.mkdir(mode=0o755)
        make_world(folder, umask)
        for number, command in enumerate(COMMANDS):
            where = f"out{number}"
            if command[0] in ("export", "crl", "report", "nginx", "ocsp", "db"):
                os.mkdir(folder / where, 0o755)  # into a folder that is there
            traced = str(folder / "trace") if umask == 0 else None
            if command[0] == "init":
                continue
            run(command, folder, where, umask, traced)
            if traced:
                judge_trace((folder / "trace").read_text(), " ".join(command))
                os.remove(folder / "trace")
        found[umask] = modes(folder)
    for umask, there in found.items():
        for path, mode in there.items():
            if mode != found[0o022].get(path):
                fail(f"{path} is {mode:04o} with umask {umask:03o}, and {found[0o022].get(path)} with 022")
    if sum(bool(SECRET.search(path)) for path in found[0]) < 20:
        fail("nothing secret was written")
    for path, mode in found[0].items():
        if SECRET.search(path) and mode & 0o077 or mode & 0o022:
            fail(f"{path} is {mode:04o}")
    return len(found[0])


def check_links(scratch):
    """For each file that a command writes a link lies there already."""
    planted = 0
    for number, command in enumerate(COMMANDS):
        if "{}" not in "".join(command) or command[0] in ("schedule", "db"):  # these make folders of their own
            continue
        for kind in ("symbolic", "dangling", "hard"):
            folder = scratch / f"{kind}{number}"
            folder.mkdir()
            make_world(folder)
            for where in ("first", "second", "elsewhere"):
                (folder / where).mkdir()
            run(command, folder, "first")
            for path in sorted((folder / "first").rglob("*")):
                if path.is_dir():
                    continue
                planted += 1
                place = folder / "second" / path.relative_to(folder / "first")
                place.parent.mkdir(parents=True, exist_ok=True)
                target = folder / "elsewhere" / str(planted)
                if kind != "dangling":
                    target.write_text("not yours")
                os.link(target, place) if kind == "hard" else place.symlink_to(target)
            before = sorted(os.listdir(folder / "elsewhere"))
            run(command, folder, "second", status=())
            if sorted(os.listdir(folder / "elsewhere")) != before:
                fail(f"{command}: a dangling link was followed")
            for name in before:
                if (folder / "elsewhere" / name).read_text() != "not yours":
                    fail(f"{command}: a {kind} link was written through")
    return planted


def main():
    with tempfile.TemporaryDirectory() as scratch:
        files = check_modes(pathlib.Path(scratch))
        links = check_links(pathlib.Path(scratch))
    print(f"{files} files with three umasks, {links} links")


main()

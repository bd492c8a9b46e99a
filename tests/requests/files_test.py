"""Whatever lies where a file is expected: each command that reads one ends soon, in little memory, and says what is
wrong."""
import json
import os
import pathlib
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

MTLSCA = os.environ["MTLSCA"]
LARGE = 50 * 1024 * 1024
SECONDS = 20          # what waits for ever, or reads without end, takes longer
MEMORY = 40 * 1024    # KiB above what the program needs to say its version
# CRLs of a million entries and configurations of any size are read whole, as PEM and as what it says.
LARGE_READERS = {"show", "crl show", "crl check", "nginx check"}
# 1,024 rows of 64 KiB at most, and two times as many in preparation.
BATCHES = {"batch", "batch of requests", "batch from standard input"}
FILE = "FILE"

# Commands by what they read; FILE stands for the file.
COMMANDS = {
    "sign": ["sign", FILE], "show": ["show", FILE], "verify": ["verify", FILE],
    "verify as nginx": ["verify", FILE, "--as-nginx"],
    "crl show": ["crl", "show", FILE], "crl check": ["crl", "check", FILE], "revoke": ["revoke", "file:" + FILE],
    "hold": ["hold", "file:" + FILE], "export": ["export", "alice", "--as", "k8s", "--key", FILE],
    "deploy": ["deploy", "alice", "--key", FILE], "batch": ["batch", FILE, "--out", "out"],
    "batch of requests": ["batch", "--csr-dir", FILE, "--out", "out"],
    "ocsp respond": ["ocsp", "respond", "--in", FILE, "--out", "answer"],
    "ca sign": ["ca", "sign", FILE, "--out", "ca.crt"], "ca install": ["ca", "install", FILE],
    "ca root-crl sign": ["ca", "root-crl", "sign", FILE],
    "ca root-crl install": ["ca", "root-crl", "install", FILE], "db restore": ["db", "restore", FILE],
    "nginx site": ["nginx", "site", "--site", FILE], "nginx check": ["nginx", "check", FILE],
    "a passphrase": ["issue", "new", "--key-pass", "file:" + FILE, "--out", "out"],
    "the CA's passphrase": ["crl", "--home", "locked", "--ca-pass", "file:" + FILE],
    "the settings": ["sign", "request", "--home", "ca_of_FILE"], "explain": ["explain", FILE],
}
# What they want: a stream, for whose writer they wait; a folder of requests; a passphrase of any octets; no directives.
WELCOME = {("batch", "fifo"), ("batch of requests", "fifo"), ("export", "fifo"), ("batch of requests", "folder"),
           ("batch", "folder"),
           ("a passphrase", "control"), ("nginx check", "empty"), ("nginx check", "line_feeds")}
STREAMS = {"sign": ["sign", "-"], "batch": ["batch", "-", "--out", "out"], "verify": ["verify", "-"],
           "ocsp respond": ["ocsp", "respond", "--in", "-", "--out", "answer"],
           "a passphrase": ["issue", "new", "--key-pass", "stdin", "--out", "out"]}

failures = []


def check(what, holds, seen=""):
    if not holds:
        failures.append(what)
        print(f"FAILED: {what}: {str(seen)[-500:]}")


def run(folder, words, stdin=subprocess.DEVNULL):
    """Its status, what it said, the most memory it had in KiB, how long it took; a status of None: it was killed."""
    begin = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen([MTLSCA, *words], cwd=folder, stdin=stdin, stdout=output, stderr=output)
        timer = threading.Timer(SECONDS, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read(100000)
    code = None if process.returncode == -signal.SIGKILL else process.returncode
    return code, said, usage.ru_maxrss, time.monotonic() - begin


def subscribers(folder):
    """What is recorded of them; a responder's certificate is made where it is due."""
    return [one for one in json.loads(run(folder,
                                          ["list", "--json"])[1]) if not one["name"].startswith("OCSP responder")]


def make_hostile(folder):
    """The name of each, relative to the folder."""
    (folder / "folder").mkdir()
    os.mkfifo(folder / "fifo")
    os.symlink("/dev/zero", folder / "zero")
    os.symlink("loop", folder / "loop")
    os.symlink("nowhere", folder / "dangling")
    with socket.socket(socket.AF_UNIX) as listener:
        place = os.open(folder, os.O_PATH)
        listener.bind(f"/proc/self/fd/{place}/socket")
        os.close(place)
    with open(folder / "zeros", "wb") as sparse:
        sparse.truncate(LARGE)
    for name, head, line in (("pem", b"-----BEGIN CERTIFICATE REQUEST-----\n", b"A" * 63 + b"\n"),
                             ("crl", b"-----BEGIN X509 CRL-----\n", b"A" * 63 + b"\n"),
                             ("line_feeds", b"", b"\n" * 64),
                             ("der", b"\x30\x84" + (LARGE - 6).to_bytes(4, "big"),
                              b"\x30\x84\x02\xff\xff\x00" * 10 + b"\0" * 4),
                             ("one_line", b"", b"x" * 64)):
        with open(folder / name, "wb") as file:
            file.write(head)
            piece = line * 1024
            while file.tell() + len(piece) <= LARGE:
                file.write(piece)
            file.write(line * ((LARGE - file.tell()) // len(line)))
    (folder / "control").write_bytes(b"\x1b]0;x\x07\x1b[2J" * 100)
    (folder / "empty").write_bytes(b"")
    return sorted(entry.name for entry in folder.iterdir())


def prepare(folder):
    """A CA, one whose keys have a passphrase, a certificate, a request."""
    def mtlsca(*words, **options):
        subprocess.run([MTLSCA, *words], cwd=folder, check=True, capture_output=True, **options)
    mtlsca("init", "--name", "Acme", "--no-passphrase", "--root-days", "3650")
    mtlsca("init", "--name", "Locked", "--home", "locked", "--ca-pass", "stdin", input=b"secret")
    mtlsca("issue", "alice", "--out", "made")
    subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                    "/CN=bob",
                    "-keyout", "/dev/null", "-out", "request"], cwd=folder, check=True, capture_output=True)


def in_place_of_settings(folder, kind):
    home = folder / f"ca_of_{kind}"
    subprocess.run(["cp", "-a", "ca", str(home)], cwd=folder, check=True)
    (home / "mtlsca.toml").unlink()
    os.symlink(folder / kind, home / "mtlsca.toml")


def judge(what, result, usual_memory):
    code, said, memory, seconds = result
    command = what.split(",")[0]
    allowed = MEMORY + (3 * LARGE // 1024 if command in LARGE_READERS else 3 * 1024 * 64 if command in BATCHES else 0)
    check(f"{what}: ends by itself", code is not None, f"{seconds:.1f} s")
    check(f"{what}: in little memory", memory < usual_memory + allowed, f"{memory} KiB, usual {usual_memory}")
    check(f"{what}: no terminal obeys what it says",
          not any(octet < 32 and octet != 10 or octet == 127 for octet in said), said)
    return code, said


def main():
    # What is allocated beyond this is an error that is told, not a machine that swaps.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        kinds = make_hostile(folder)
        prepare(folder)
        before = subscribers(folder)
        usual_memory = run(folder, ["version"])[2]
        slowest = most = 0, ""
        for kind in kinds:
            in_place_of_settings(folder, kind)
            for command, words in COMMANDS.items():
                if (command, kind) in WELCOME:
                    continue
                what = f"{command}, {kind}"
                result = run(folder, [word.replace(FILE, kind) for word in words])
                slowest, most = max(slowest, (result[3], what)), max(most, (result[2], what))
                code, said = judge(what, result, usual_memory)
                check(f"{what}: is refused", code != 0, said)
                check(f"{what}: is told", b"mtlsca: error: " in said or b"error" in said, (code, said))
        for kind in ("zero", "zeros", "pem", "one_line", "control"):
            for command, words in STREAMS.items():
                if (command, kind) in WELCOME:
                    continue
                with open(folder / kind, "rb") as stream:
                    result = run(folder, words, stream)
                code, said = judge(f"{command} from standard input, {kind}", result, usual_memory)
                check(f"{command} from standard input, {kind}: is refused", code != 0, said)
        after = subscribers(folder)
        check("nothing was issued or revoked", before == after, after)
        print(f"{len(kinds) * len(COMMANDS)} commands, usual {usual_memory // 1024} MB; slowest {slowest[0]:.1f} s "
              f"({slowest[1]}), largest {most[0] // 1024} MB ({most[1]}); {len(failures)} failures")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()

"""What runs for long holds the key that it works with, and nothing else that is secret: `ocsp serve` its responder's, not
the CA's; `batch` the CA's, not those of rows that are done; what tells a command, which may take long, the keys that it
has signed with. None keeps the passphrase that unlocked them, nor leaves a core.
"""

import atexit
import json
import os
import pathlib
import re
import resource
import select
import signal
import subprocess
import sys
import tempfile
import urllib.request

from scan import MTLSCA, World

ENVIRONMENT = {"PATH": "/usr/bin:/bin"}


def start(world, *words, **pipes):
    """With room for a core, if it left one."""
    def allow_cores():
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    process = subprocess.Popen([MTLSCA, *words], cwd=world.folder, env=ENVIRONMENT, stdout=subprocess.PIPE,
                               preexec_fn=allow_cores, **pipes)
    atexit.register(process.kill)  # nothing is left where a test ends early; of one that ended it does nothing
    return process


def expect_no_core(world, process, *words):
    process.send_signal(signal.SIGABRT)
    _, status = os.waitpid(process.pid, 0)
    process.returncode = status
    if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGABRT:
        sys.exit(f"{words} did not die of SIGABRT: {status}")
    if os.WCOREDUMP(status):
        world.failures.append(f"{' '.join(words)}: left a core")


def works_with(world, key):
    """Its number is there, in either order of bytes."""
    return bool(world.found() & {f"priv of {key}", f"priv of {key}, reversed"})


def expect_nothing_but(world, key, *also):
    if not works_with(world, key):
        sys.exit(f"the scan is blind: {world.last} does not hold {key}")
    world.expect_nothing(f"priv of {key}", f"priv of {key}, reversed", *also)


def ask(world, address, count):
    """Answers that are signed anew: each request has a nonce of its own."""
    for _ in range(count):
        subprocess.run(["openssl", "ocsp", "-issuer", "ca/issuing.crt", "-cert", "ca/issuing.crt", "-reqout", "request"],
                       cwd=world.folder, check=True, capture_output=True)
        request = urllib.request.Request(f"http://{address}/", (world.folder / "request").read_bytes(),
                                         {"Content-Type": "application/ocsp-request"})
        if not urllib.request.urlopen(request, timeout=60).read():
            sys.exit("ocsp serve gave no answer")


def serve(world, ca):
    words = ("ocsp", "serve", "--json", "--listen", "127.0.0.1:0", "--ca-pass", ca)
    process = start(world, *words)
    text = b""
    while not text.endswith(b"}\n"):
        line = process.stdout.readline()
        text += line
        if not line:
            sys.exit(f"ocsp serve does not start: {text}")
    address = json.loads(text)["listen"][0]
    delegate = pathlib.Path("ca/ocsp/issuing.pem")

    world.add_key(str(delegate), as_name="the first delegate")
    ask(world, address, 20)
    world.look_into(process, *words)
    expect_nothing_but(world, "the first delegate")

    # Made anew: the one before is of no use to anybody.
    (world.folder / delegate).unlink()
    process.send_signal(signal.SIGHUP)
    while not (world.folder / delegate).exists():
        if process.poll() is not None:
            sys.exit("ocsp serve ended at a reload")
    world.add_key(str(delegate), as_name="the second delegate")
    while True:
        ask(world, address, 20)
        world.look_into(process, *words)
        if works_with(world, "the second delegate"):
            break
    expect_nothing_but(world, "the second delegate")
    expect_no_core(world, process, *words)


def batch(world, ca):
    words = ("batch", "-", "--jobs", "2", "--out", "out", "--ca-pass", ca)
    process = start(world, *words, stdin=subprocess.PIPE)
    rows = "".join(f"{name},{'x' * 100}\n" for name in ("one", "two", "three", "four", "five"))
    process.stdin.write(f"name,owner\n{rows}".encode())  # 512 octets could be an archive's begin
    process.stdin.flush()
    # More may come, and so it waits.
    for _ in range(5):
        row = json.loads(process.stdout.readline())
        world.add_key(row["key_file"])
    world.look_into(process, *words)
    expect_nothing_but(world, "ca/private/issuing.key")
    expect_no_core(world, process, *words)


def telling(world, keys, *words):
    """While a command is told, which waits for us."""
    for fifo in ("told", "go_on"):
        os.mkfifo(world.folder / fifo)
    process = start(world, *words, "echo >told; read line <go_on")
    told = os.open(world.folder / "told", os.O_RDWR)  # waits for no writer: there is none where it ends early
    while not select.select([told], [], [], 1)[0]:
        if process.poll() is not None:
            sys.exit(f"{words} ended with {process.returncode} and told nobody")
    os.close(told)
    world.look_into(process, *words)
    held = [form for key in keys for form in (f"priv of {key}", f"priv of {key}, reversed")]
    if not all(works_with(world, key) for key in keys):
        sys.exit(f"the scan is blind: {words} does not hold {keys}")
    world.expect_nothing(*held)
    (world.folder / "go_on").write_text("on\n")
    if process.wait() != 0:
        sys.exit(f"{words} ended with {process.returncode}")
    for fifo in ("told", "go_on"):
        os.unlink(world.folder / fifo)


def tell(world, ca):
    issuing, root = "ca/private/issuing.key", "ca/private/root.key"
    given = ("--ca-pass", ca)
    for name in ("alice", "bob", "carol"):
        subprocess.run([MTLSCA, "issue", name, "--out", "people", *given], cwd=world.folder, check=True, env=ENVIRONMENT,
                       stdout=subprocess.DEVNULL)
    telling(world, [issuing, root], "crl", *given, "--on-change")
    telling(world, [issuing], "renew", "alice", "--out", "people", *given, "--exec")
    telling(world, [issuing], "renew", "bob", "--out", "people", "--revoke-old", *given, "--on-change")
    telling(world, [issuing], "revoke", "carol", *given, "--on-change")


def main():
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder)
        ca = world.passphrase("ca.pass")
        subprocess.run([MTLSCA, "init", "--name", "Acme", "--ca-pass", ca], cwd=folder, check=True, env=ENVIRONMENT,
                       stdout=subprocess.DEVNULL)
        for name in ("root", "issuing"):
            world.add_key(f"ca/private/{name}.key", "ca.pass")
        serve(world, ca)
        batch(world, ca)
        tell(world, ca)
    print(f"6 commands that run for long, {len(world.known)} secrets in all their forms")
    sys.exit("\n".join(world.failures) or 0)


main()

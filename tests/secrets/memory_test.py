"""No passphrase and no private key is left in the memory of a command that is done with it: each runs with memory.cpp
preloaded, and what it leaves is searched (scan.py).
"""

import os
import subprocess
import sys
import tempfile

from scan import MTLSCA, World


def examine(world):
    ca, key, p12 = (world.passphrase(name) for name in ("ca.pass", "key.pass", "p12.pass"))
    home = ("--ca-pass", ca)

    def check(*words, **how):
        world.run(*words, **how)
        world.expect_nothing()

    # The scan sees what is there: a passphrase in the environment stays where the kernel has put it.
    world.run("init", "--name", "Control", "--home", "control", "--one-tier", "--ca-pass", "env:SECRET",
              environment={"SECRET": (world.folder / "ca.pass").read_text().strip()})
    if world.found() != {"the passphrase ca.pass"}:
        sys.exit(f"the scan is blind: {world.found()}")

    world.run("init", "--name", "Acme", *home)
    for name in ("root", "issuing"):
        world.add_key(f"ca/private/{name}.key", "ca.pass")
    world.expect_nothing()
    for algorithm in ("ec-p256", "ec-p384", "rsa-2048", "ed25519"):
        world.run("issue", algorithm, "--key", algorithm, "--out", "out", *home)
        world.add_key(f"out/{algorithm}.key")
        world.expect_nothing()
    world.run("issue", "alice", "--key-pass", key, "--p12", "--p12-pass", p12, "--out", "out", *home)
    world.add_key("out/alice.key", "key.pass")
    world.expect_nothing()

    for algorithm in ("ec-p256", "rsa-2048", "ed25519"):
        for form in (["p12", "--p12-pass", p12], ["p12", "--for", "java8", "--p12-pass", p12], ["k8s"]):
            check("export", algorithm, "--key", f"out/{algorithm}.key", "--as", *form)
    for json in ([], ["--json"]):
        check("export", "alice", "--as", "p12", "--key", "out/alice.key", "--key-pass", key, "--p12-pass", p12, *json)
        check("export", "alice", "--as", "k8s", "--key", "out/alice.key", "--key-pass", key, *json)
    check("export", "alice", "--as", "p12", "--key", "out/alice.key", "--key-pass", ca, "--p12-pass", p12, status=6)

    request = subprocess.run(["openssl", "req", "-new", "-key", "out/ed25519.key", "-subj", "/CN=request"],
                             cwd=world.folder, capture_output=True, check=True).stdout
    (world.folder / "request.csr").write_bytes(request)
    check("sign", "request.csr", *home)
    check("sign", "request.csr", "--name", "other", "--ca-pass", "stdin",
          stdin=(world.folder / "ca.pass").read_bytes())
    check("issue", "nobody", "--out", "out", "--ca-pass", key, status=6)

    world.run("batch", "-", "--jobs", "2", "--out", "batch", *home, stdin=b"name\none\ntwo\nthree\n")
    for name in ("one", "two", "three"):
        world.add_key(f"batch/{name}.key")
    world.expect_nothing()
    world.run("renew", "alice", "--rekey", "--out", "renewed", "--key-pass", key, *home)
    world.add_key("renewed/alice.key", "key.pass")
    world.expect_nothing()
    check("revoke", "two", *home)
    check("crl", *home)
    world.run("ca", "rollover", "prepare", "issuing", *home)
    for path in (world.folder / "ca/private").iterdir():
        world.add_key(str(path.relative_to(world.folder)), "ca.pass")
    world.expect_nothing()
    check("ocsp", "presign", "--out", "answers", *home)


def warns_where_openssl_was_first(world):
    """Where OpenSSL has allocated already, nobody can make it wipe: that is said, and the command runs."""
    for library, is_told in ((os.environ["MTLSCA_TEST_EARLY_LIBRARY"], True), ("", False)):
        done = subprocess.run([MTLSCA, "version"], cwd=world.folder, capture_output=True, check=False,
                              env={"PATH": "/usr/bin:/bin", "LD_PRELOAD": library})
        if done.returncode != 0 or (b"warning: keys and passphrases may stay in memory" in done.stderr) != is_told:
            world.failures.append(f"OpenSSL used early: {is_told}, and {done.stderr.decode()!r} was said")


def main():
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder)
        examine(world)
        warns_where_openssl_was_first(world)
    print(f"{world.commands} commands, {len(world.known)} secrets in all their forms")
    sys.exit("\n".join(world.failures) or 0)


main()

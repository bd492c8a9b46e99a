#!/usr/bin/env python3
"""crowd.py SECONDS: 64 at once, each giving one command after the other, of every kind, on one CA; many of them are
killed. Afterwards all that was said to be done is done, nothing that was refused is, what was killed can be run again
to its end, the laws hold, and CRL numbers only ever grew. The longest wait of each command is told.

The seed is printed; MTLSCA_SEED repeats it, as far as a crowd can be repeated.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True

import laws  # noqa: E402
from cases import Case  # noqa: E402

MEMBERS = 64
KILL_EVERY_SECONDS = 0.15
LONGEST_SLEEP_SECONDS = 1  # of a thread that only sleeps so long: more is the machine's fault, and no starvation
DONE, KILLED = 0, -signal.SIGKILL


class Member(threading.Thread):
    """One of the crowd. It knows what it was promised."""

    def __init__(self, crowd, number):
        super().__init__()
        self.crowd, self.number, self.count = crowd, number, 0
        self.random = random.Random(crowd.seed * MEMBERS + number)
        self.live, self.held = [], []  # names whose certificate was promised, and may be put on hold or revoked
        self.revoked, self.unclear = [], []
        self.said, self.killed = "", []  # killed are commands
        self.problems = []

    def run(self):
        try:
            while time.monotonic() < self.crowd.end:
                self.count += 1
                self.random.choice(KINDS)(self)
        except laws.Broken as broken:
            self.problems.append(str(broken))

    def ask(self, *command, fine=(DONE,)):
        status, self.said, seconds = self.crowd.run(command)
        two = command[0] in ("audit", "crl", "db", "nginx", "ocsp") and len(command) > 1
        with self.crowd.lock:
            self.crowd.waits.setdefault(" ".join(command[:2] if two else command[:1]), []).append(seconds)
        if status == KILLED:
            self.killed.append(command)
        else:
            laws.expect(status in fine, f"mtlsca {' '.join(command)} ended with {status}: {self.said}")
        return status

    def promised(self, status, *names):
        (self.live if status == DONE else self.unclear).extend(names)

    def new_name(self):
        return f"member{self.number}-{self.count}"

    def issue(self):
        name = self.new_name()
        self.promised(self.ask("issue", name, "--out", "out"), name)

    def issue_taken(self):
        self.ask("issue", "kept", "--out", "taken", fine=(5,))

    def sign(self):
        name = self.new_name()
        self.promised(self.ask("sign", "member.csr", "--name", name, "--csr-san", "ignore", "--out", "signed"), name)

    def batch(self):
        names = [f"{self.new_name()}-{i}" for i in range(4)]
        rows = f"{self.new_name()}.csv"
        with open(rows, "w", encoding="ascii") as file:
            file.write("name\n" + "".join(f"{name}\n" for name in names))
        status = self.ask("batch", rows, "--out", "out", "--jobs", "2")
        self.promised(status, *names)
        if status == DONE:
            outcomes = [json.loads(line)["outcome"] for line in self.said.splitlines() if line.startswith("{")]
            laws.expect(outcomes == ["issued"] * len(names), f"outcomes of {rows}: {outcomes}")

    def take(self, names):
        return names.pop(self.random.randrange(len(names))) if names else None

    def revoke(self):
        if name := self.take(self.live):
            status = self.ask("revoke", name)
            (self.revoked if status == DONE else self.unclear).append(name)

    def hold(self):
        if name := self.take(self.live):
            status = self.ask("hold", name)
            (self.held if status == DONE else self.unclear).append(name)

    def unhold(self):
        if name := self.take(self.held):
            status = self.ask("unhold", name)
            (self.live if status == DONE else self.unclear).append(name)

    def renew(self):
        if name := self.take(self.live):
            folder = "out" if os.path.exists(f"out/{name}.crt") else "signed"
            # By serial: from now on two certificates may have the name.
            self.ask("renew", self.crowd.serial(name, folder), "--rekey", "--force", "--out", "out")
            self.unclear.append(name)

    def read(self):
        self.ask(*self.random.choice((("list",), ("show", "kept"), ("audit", "show"), ("status",), ("crl", "check"),
                                      ("export", "kept", "--as", "pem"))), fine=(DONE, 10, 11))

    def crl(self):
        self.ask(*self.random.choice((("crl",), ("crl", "--if-due"))))

    def apply(self):
        self.ask("nginx", "apply", "--nginx", "true", "--reload", "true", "--conf", "nowhere.conf")

    def look_after(self):
        self.ask(*self.random.choice((("db", "check"), ("db", "backup", "backups", "--keep", "2"),
                                      ("ocsp", "presign", "--out", "answers", "--names", "serial"),
                                      ("audit", "verify"))))


KINDS = [Member.issue] * 5 + [Member.sign, Member.batch, Member.issue_taken] + [Member.revoke, Member.hold] * 2 + \
    [Member.unhold, Member.renew] + [Member.read] * 3 + [Member.crl, Member.apply, Member.look_after]


class Crowd(Case):
    def __init__(self, program, seconds, seed):
        super().__init__(program)
        self.seed, self.seconds, self.end = seed, seconds, 0
        self.lock, self.running, self.waits = threading.Lock(), set(), {}
        self.time = 0.0  # seconds, without those in which the machine stood still

    def prepare_more(self):
        laws.run("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                 "/CN=member", "-keyout", "member.key", "-out", "member.csr")
        os.chmod("member.key", 0o600)
        self.mtlsca("nginx", "site", "--server-name", "a.test", "--cert", "a.crt", "--key", "a.key", "--root", ".",
                    "--revocation", "map", "--out", "site")

    def run(self, command):
        began = self.time
        process = subprocess.Popen((self.program, "--lock-timeout", "600s", *command), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        with self.lock:
            self.running.add(process)
        said, _ = process.communicate()
        with self.lock:
            self.running.discard(process)
        return process.returncode, said, self.time - began

    def kill_some(self, members):
        chance = random.Random(self.seed)
        while any(member.is_alive() for member in members):
            began = time.monotonic()
            time.sleep(KILL_EVERY_SECONDS)
            self.time += min(time.monotonic() - began, LONGEST_SLEEP_SECONDS)
            if time.monotonic() >= self.end:
                continue
            with self.lock:
                victim = chance.choice(sorted(self.running, key=lambda process: process.pid)) if self.running else None
                if victim and victim.poll() is None:
                    victim.kill()

    def gather(self):
        members = [Member(self, number) for number in range(MEMBERS)]
        self.end = time.monotonic() + self.seconds
        for thread in members + [threading.Thread(target=self.kill_some, args=[members])]:
            thread.start()
        for member in members:
            member.join()
        problems = [problem for member in members for problem in member.problems]
        laws.expect(not problems, "\n".join(problems))
        return members

    def judge(self, members):
        laws.hold(self, self.before, {})
        self.keep_promises(members)
        self.run_killed_again(members)
        laws.hold(self, self.before, {})
        self.mtlsca("crl")
        self.mtlsca("crl", "check")
        self.mtlsca("audit", "verify")
        self.keep_promises(members)
        self.numbers_grow()
        laws.no_leftovers()

    def keep_promises(self, members):
        database = self.database()
        valid, revoked, held = (set(database.names(state)) for state in (1, 2, 3))
        in_crl = laws.published(self.home)["issuing"][1]
        serials = {row[1]: serial[1].hex().upper() for serial, row in database.rows.items() if row[0] in (2, 3)}
        laws.expect(database.names(1).count("kept") == 1 and not os.path.exists("taken/kept.crt"),
                    "a name was given twice, and it was said that it was not")
        for member in members:
            for name in member.live:
                laws.expect(name in valid and name not in revoked | held, f"{name} was issued, it was said")
                if os.path.exists(f"out/{name}.key"):
                    self.is_pair(name)
            for name in member.revoked:
                laws.expect(name in revoked and serials[name] in in_crl, f"{name} was revoked, it was said")
            for name in member.held:
                laws.expect(name in held and serials[name] in in_crl, f"{name} was put on hold, it was said")

    def run_killed_again(self, members):
        for command in (command for member in members for command in member.killed):
            status, said = laws.run(self.program, *command)
            if command[0] == "batch" and status == 1:  # some rows were done before
                status, said = laws.run(self.program, *command, "--resume")
                status = 5 if status in (1, 4) else status
            if command[0] == "issue" and status == 5:  # where the dead one left a key and no certificate
                status, said = laws.run(self.program, *command, "--force")
            if command[0] in ("issue", "sign") and status == 5 and "kept" not in command:  # it was recorded
                status, said = self.give_again(command)
            laws.expect(status in (0, 3, 5, 10, 11), f"mtlsca {' '.join(command)}, again: {status}: {said}")

    def give_again(self, command):
        """What has a certificate, and perhaps no file: its name is free once that is revoked."""
        name, force = (command[1], ("--force",)) if command[0] == "issue" else (command[3], ())
        self.mtlsca("revoke", name)
        status, said = laws.run(self.program, *command, *force)
        laws.expect(status == 0, f"mtlsca {' '.join(command)}, when {name} was free again: {status}: {said}")
        return status, said

    def numbers_grow(self):
        newest = {}
        for event in json.loads(self.mtlsca("audit", "show", "--json")):
            if event["event"] != "crl":
                continue
            detail = json.loads(event["detail"])
            issuer, number = detail["issuer"], int(detail["number"])
            laws.expect(number > newest.get(issuer, 0), f"CRL {number} of {issuer} after {newest.get(issuer)}")
            newest[issuer] = number

    def report(self, members):
        killed = sum(len(member.killed) for member in members)
        given = sum(len(waits) for waits in self.waits.values())
        print(f"{given} commands of {len(self.waits)} kinds by {MEMBERS} at once, {killed} of them killed; longest wait:")
        for kind, waits in sorted(self.waits.items(), key=lambda item: -max(item[1])):
            print(f"  {kind:16} {max(waits):6.1f} s  ({len(waits)})")
        laws.expect(killed > 0 and len(self.waits) >= 10, "that was no crowd")


def main():
    seconds = float(sys.argv[1])
    seed = int(os.environ.get("MTLSCA_SEED", random.randrange(1 << 32)))
    print(f"MTLSCA_SEED={seed}")
    for name in [name for name in os.environ if name.startswith("MTLSCA_")]:
        if name not in ("MTLSCA", "MTLSCA_SEED"):
            del os.environ[name]
    os.umask(0o022)
    scratch = tempfile.mkdtemp()
    crowd = Crowd(os.environ["MTLSCA"], seconds, seed)
    try:
        os.chdir(scratch)
        crowd.prepare()
        crowd.before = laws.Before(crowd.home)
        members = crowd.gather()
        crowd.report(members)
        crowd.judge(members)
    finally:
        os.chdir("/")
        shutil.rmtree(scratch)


if __name__ == "__main__":
    main()

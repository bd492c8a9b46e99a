"""Hundreds of requests that nobody sends in good faith: each is refused for what is wrong with it, or gives a
certificate with nothing in it but what the profile gives. `sign` and `batch` agree, and nothing of a request reaches a
terminal."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "vectors" / "hostile")]

import judging
import make
import strict

MTLSCA = os.environ["MTLSCA"]
# All octets that a terminal could obey; of what is printed only the line feed is one. C1 and what turns the direction
# of text, as UTF-8.
OBEYED = re.compile(rb"[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|"
                    rb"\xef\xbb\xbf")
SECONDS = 120  # for hundreds of requests; a second is usual

failures = []


def check(what, holds, seen=""):
    if not holds:
        failures.append(what)
        print(f"FAILED: {what}: {str(seen)[:600]}")


class World:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.cases = {case.file: case for case in make.all_cases()}
        self.requests = self.folder / "requests"
        self.requests.mkdir()
        for case in self.cases.values():
            (self.requests / case.file).write_bytes(case.content)

    def home(self, name):
        home = self.folder / name
        self.run(home, "init", "--name", "Acme", "--no-passphrase", "--crl-url", "http://ca.example/crl",
                 "--issuer-url",
                 "http://ca.example/", expected=0)
        return home

    def run(self, home, *words, expected=None):
        """What was printed, none of which a terminal obeys."""
        done = subprocess.run([MTLSCA, "--home", str(home), *words], stdin=subprocess.DEVNULL, capture_output=True,
                              cwd=self.requests, timeout=SECONDS, check=False)
        for stream in (done.stdout, done.stderr):
            if "index" in words:  # whose columns have tabs between
                stream = stream.replace(b"\t", b"")
            obeyed = OBEYED.search(stream)
            check(f"{words[0]} prints nothing that a terminal obeys", not obeyed,
                  obeyed and stream[max(0, obeyed.start() - 80):obeyed.end() + 40])
        if expected is not None:
            check(f"{' '.join(words)[:80]} ends with {expected}", done.returncode == expected,
                  (done.returncode, done.stderr[-600:]))
        check(f"{words[0]} ends as it should", 0 <= done.returncode < 20, (done.returncode, done.stderr[-2000:]))
        return done

    def batch(self, home, *words):
        """Outcomes by file."""
        done = self.run(home, "batch", "--csr-dir", ".", *words, expected=1)
        outcomes = [json.loads(line) for line in done.stdout.splitlines()]
        files = sorted(self.cases)
        check("each request has its outcome", [one["row"] for one in outcomes] == list(range(1, len(files) + 1)),
              len(outcomes))
        return {files[one["row"] - 1]: one for one in outcomes}


def rules(findings, severity="error"):
    return {one["rule"] for one in findings if one["severity"] == severity}


def as_expected(case, outcome):
    """Whether a row of `batch` ended as the table of the corpus says."""
    kind, _, word = case.outcome.partition(" ")
    if kind == "issued":
        return outcome["outcome"] == "issued"
    if outcome["outcome"] != "refused":
        return False
    error = outcome["error"]
    if kind == "refused":
        return not word or word in rules(error["findings"])
    return not error["findings"] and word.strip() in error["message"]


def judge(world, home, outcomes, **expectations):
    """Every certificate that was made, and that there is no other file."""
    files = []
    for file, outcome in outcomes.items():
        if outcome["outcome"] != "issued":
            continue
        files.append(outcome["certificate_file"])
        case = world.cases[file]
        exact = {} if expectations else {"sans": case.sans, "name": case.name}
        try:
            der = judging.first_der(pathlib.Path(files[-1]).read_text(encoding="ascii"))
            judging.judge(der, case.content, **exact, **expectations)
        except (judging.Wrong, strict.NotDer, KeyError, IndexError, ValueError) as problem:
            check(f"the certificate of {file} is what the profile gives", False, repr(problem))
    try:
        judging.judge_chain(home, files)
    except judging.Wrong as problem:
        check("OpenSSL takes every certificate", False, problem)
    folder = os.path.dirname(files[0])
    check("no other file was written", sorted(os.listdir(folder)) == sorted(os.path.basename(file) for file in files),
          len(files))


def corpus_is_as_expected(world):
    home = world.home("batch")
    outcomes = world.batch(home, "--out", str(world.folder / "certificates"))
    for file, case in world.cases.items():
        check(f"{file} ({case.what}) is {case.outcome}", as_expected(case, outcomes[file]), outcomes[file])
    judge(world, home, outcomes)
    issued = [one for one in outcomes.values() if one["outcome"] == "issued"]
    check("no serial was given twice", len({one["serial"] for one in issued}) == len(issued))
    recorded = json.loads(world.run(home, "list", "--json", expected=0).stdout)
    check("what was issued is recorded, and nothing else",
          sorted(one["serial"] for one in recorded) == sorted(one["serial"] for one in issued))
    for words in (["list"], ["list", "--format", "csv"], ["list", "--format", "index"], ["report"], ["audit", "show"],
                  ["status"]):
        world.run(home, *words)
    check("nothing escaped from its folder", sorted(os.listdir(world.folder)) == ["batch", "certificates", "requests"],
          os.listdir(world.folder))
    return outcomes


def judges_see(world, outcomes):
    """Whoever finds nothing wrong must be able to."""
    def refuses(what, der, request=world.cases["san_dns"].content, **expectations):
        try:
            judging.judge(der, request, **expectations)
            check(f"the judge sees {what}", False)
        except (judging.Wrong, strict.NotDer):
            pass
    pem = pathlib.Path(outcomes["san_dns"]["certificate_file"]).read_text(encoding="ascii")
    der = judging.first_der(pem)
    judging.judge(der, world.cases["san_dns"].content, sans=["DNS:a.example.com"], name="san_dns")
    refuses("another profile's purposes", der, profile="server")
    refuses("a name too many", der, allowed_sans=[])
    refuses("a name that is missing", der, sans=["DNS:a.example.com", "DNS:b.example.com"])
    refuses("another CN", der, name="root")
    refuses("another key", der, world.cases["key_p384"].content)
    refuses("octets behind it", der + b"\0")
    refuses("a long length", b"\x30\x83\0" + der[2:])
    refuses("a CA", der.replace(bytes.fromhex("0603551d130101ff04023000"), bytes.fromhex("0603551d130101ff04020500")))
    refuses("a serial below zero", der[:15] + bytes([der[15] | 0x80]) + der[16:])
    refuses("an extension that is not critical", der.replace(bytes.fromhex("0603551d0f0101ff"),
                                                             bytes.fromhex("0603551d0f010100")))
    refuses("an extension of another kind", der.replace(bytes.fromhex("0603551d25"), bytes.fromhex("0603551d24")))
    refuses("a control character", der.replace(b"san_dns", b"san\x1bdns"))


def sign_agrees(world, outcomes):
    home = world.home("sign")
    readable = [file for file, case in world.cases.items() if not case.outcome.startswith("unreadable")
                and outcomes[file].get("error", {"findings": [1]})["findings"]]
    unreadable = [file for file in world.cases if file not in set(readable)]
    plans = json.loads(world.run(home, "sign", *readable, "--dry-run", "--out", "/nowhere", "--json",
                                 expected=3).stdout)
    for file, plan in zip(readable, plans):
        outcome = outcomes[file]
        check(f"sign and batch agree about {file}", plan["granted"] == (outcome["outcome"] == "issued") and
              (plan["granted"] or plan["findings"] == outcome["error"]["findings"]), (plan["findings"], outcome))
    world.run(home, "sign", *readable, "--dry-run", "--out", "/nowhere", expected=3)
    refusal = json.loads(world.run(home, "sign", *unreadable, "--out", "/nowhere", "--json",
                                   expected=3).stderr)["error"]
    check("sign tells of every file that is no request", len(refusal["findings"]) == len(unreadable) - 1,
          len(refusal["findings"]))
    for number, file in enumerate(readable + unreadable):
        if number % 12 == 0:
            world.run(home, "show", file)
    granted = [file for file in readable if outcomes[file]["outcome"] == "issued"]
    signed = json.loads(world.run(home, "sign", *granted, "--out", str(world.folder / "signed"), "--json",
                                  expected=0).stdout)
    judge(world, home, {file: {"outcome": "issued", **one} for file, one in zip(granted, signed)})


def other_policies(world):
    """What is allowed differs; that nothing else gets in does not."""
    for name, words, expectations in (
            ("take", ["--csr-san", "take"], {}), ("ignore", ["--csr-san", "ignore"], {"allowed_sans": []}),
            ("granted", ["--ou", "Admin"], {"ous": ["Admin"]}),
            ("server", ["--profile", "server", "--csr-san", "take"], {"profile": "server"})):
        home = world.home(name)
        outcomes = world.batch(home, *words, "--out", str(world.folder / f"{name}_certificates"))
        judge(world, home, outcomes, **{"profile": "client", **expectations})


def main():
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder)
        outcomes = corpus_is_as_expected(world)
        judges_see(world, outcomes)
        sign_agrees(world, outcomes)
        other_policies(world)
        issued = sum(one["outcome"] == "issued" for one in outcomes.values())
        print(f"{len(world.cases)} requests, {issued} issued, {len(failures)} failures")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""sweep.py KIND COMMAND: a fault at one point after the other; afterwards all laws hold, and the same command, run
again, comes to its end and leaves nothing behind.

  deaths  at the N-th call of each name that the command makes to the system, and in the middle of each write
  errors  such a call fails, in each way that it may; half of each read and write, interruptions of every other call:
          these are survived
  syncs   no fault: each file is synced before it is renamed, and its folder before anything is said
  memory  the N-th allocation fails, or all from there on

A sample; MTLSCA_SEED takes another one, MTLSCA_POINTS a larger one, MTLSCA_EVERY_POINT=1 all points.
"""

import os
import random
import shutil
import signal
import sys
import tempfile

sys.dont_write_bytecode = True  # the sources stay as they are

import faults  # noqa: E402
import laws  # noqa: E402
import syncs  # noqa: E402
from cases import CASES  # noqa: E402

SAMPLE = int(os.environ.get("MTLSCA_POINTS", "16"))  # points of a command in CI


class Sweep:
    def __init__(self, case, scratch):
        self.case = case
        self.scratch = scratch
        self.before = None
        self.older = {}
        self.judged = set()
        self.points = self.known = 0

    def prepare(self):
        os.mkdir(f"{self.scratch}/work")
        os.chdir(f"{self.scratch}/work")
        self.case.prepare()
        self.before = laws.Before(self.case.home)
        self.older = {path: laws.content_of(path) for path in laws.files_below(".")}
        shutil.copytree(".", "../template", symlinks=True)
        status, said, text = faults.traced(self.case)
        laws.expect(status == self.case.ends_with, f"the command itself ended with {status}: {said}")
        return faults.Trace(text)

    def anew(self):
        os.chdir(self.scratch)
        shutil.rmtree("work")
        shutil.copytree("template", "work", symlinks=True)
        os.chdir("work")

    def judge(self, leaves=False):
        """The laws right after, the same command again, the laws again; of each state once, for many points come before
        anything is changed."""
        state = laws.state(), leaves
        if state in self.judged:
            self.known += 1
            return
        laws.hold(self.case, self.before, self.older)
        self.case.again()
        laws.hold(self.case, self.before, self.older)
        if not leaves:  # what could not be removed
            laws.no_leftovers()
        self.judged.add(state)

    def death(self, name, number):
        self.anew()
        if name == "half":
            status, said = faults.preloaded(self.case, os.environ["MTLSCA_TEST_DYING"], DYING_AT=number)
        else:
            status, said, _ = faults.injected(self.case, name, f"signal=KILL:when={number}")
        laws.expect(faults.is_killed(status) or status == self.case.ends_with, f"ended with {status}: {said}")
        self.points += 1
        self.judge()

    def error(self, name, number, problem):
        self.anew()
        status, said, text = faults.injected(self.case, name, f"error={problem}:when={number}")
        self.points += 1
        paths = faults.injected_paths(text)
        laws.expect(status in (self.case.ends_with, 1) or (status == 6 and paths and self.is_secret(paths[0])),
                    f"{paths}: ended with {status}: {said}")
        # Of threads each has its N-th call: among them may be the one that tells.
        is_mute = len(paths) > 1 and any(path.startswith("pipe:") for path in paths)
        if status != self.case.ends_with and not is_mute:
            # A renewal that does not arrive is a warning: the others of --due go on.
            laws.expect("mtlsca: error: " in said or "tries again" in said, f"{paths}: no error was told: {said}")
            # Where threads interleave in the trace the call's arguments stand in another line than its fault.
            laws.expect((not paths and self.case.threads) or "" in paths or any(word in said for path in paths for word in faults.names_of(path)),
                        f"nobody named {paths}: {said}")
        if status != self.case.ends_with and not name.startswith("unlink") and not self.case.stages:
            laws.no_leftovers(of_database=False)
        self.judge(leaves=name.startswith("unlink"))

    @staticmethod
    def is_secret(path):
        """A key or a passphrase: what cannot be read is missing to whom it concerns."""
        return path.endswith(".key") or os.path.basename(path) == "word"

    def survived(self, variable):
        """All of them in one run."""
        self.anew()
        status, said = faults.preloaded(self.case, os.environ["MTLSCA_TEST_FAILING"], **{variable: 1})
        self.points += 1
        laws.expect(status == self.case.ends_with, f"ended with {status}: {said}")
        self.judge()

    def no_memory(self, whose, number, *ever):
        self.anew()
        variables = {"FAILING_EVER": 1} if ever else {}
        status, said = faults.preloaded(self.case, os.environ["MTLSCA_TEST_FAILING"], FAILING_ALLOCATION=number,
                                        FAILING_WHOSE=whose, **variables)
        self.points += 1
        if status in (-signal.SIGSEGV, -signal.SIGABRT) and any(f"died in {one}" in said for one in faults.MORTAL):
            return self.judge()  # what is on the disk must be fine
        laws.expect(self.case.ends_at_once or "nothing could be put back" not in said,
                    f"an exception where none may be thrown: {said}")
        # Of an operation that fails for lack of memory OpenSSL may say that the key or the signature is bad.
        laws.expect(status in (self.case.ends_with, 1) or (whose == "libcrypto" and status in (3, 6)),
                    f"ended with {status}: {said}")
        is_told = "mtlsca: error: " in said or '"outcome":"failed"' in said  # of a batch's row
        laws.expect(status == self.case.ends_with or is_told, f"no error was told: {said}")
        return self.judge()

    def allocations(self, whose):
        self.anew()
        faults.preloaded(self.case, os.environ["MTLSCA_TEST_FAILING"], FAILING_WHOSE=whose, FAILING_COUNT="../count")
        with open("../count", encoding="ascii") as file:
            return int(file.read())

    def half_writes(self):
        """How many changes of a file libfault_dying.so sees; each is a death in the middle of a write, or before."""
        self.anew()
        faults.preloaded(self.case, os.environ["MTLSCA_TEST_DYING"], DYING_AT=0, DYING_COUNT="../count")
        with open("../count", encoding="ascii") as file:
            return int(file.read())


def sample(points, chance):
    """All of them, or a few: half of those from calls that change something."""
    if os.environ.get("MTLSCA_EVERY_POINT"):
        return points
    changing = [point for point in points if point[0] in faults.CHANGING or point[0] == "half"]
    others = [point for point in points if point not in changing]
    from_changing = min(len(changing), SAMPLE * 3 // 4)
    return chance.sample(changing, from_changing) + chance.sample(others, min(len(others), SAMPLE - from_changing))


def deaths(sweep, chance):
    trace = sweep.prepare()
    laws.expect(trace.counts.get("pwrite64", 0) > 3, "hardly anything was traced: does strace work here?")
    points = [(name, number + 1) for name, count in sorted(trace.counts.items()) for number in range(count)]
    points += [("half", number + 1) for number in range(sweep.half_writes())]
    chosen = sample(points, chance)
    return points, chosen, sweep.death


def errors(sweep, chance):
    trace = sweep.prepare()
    loader = trace.before_main()
    points = [(name, number + 1, problem) for name, problems in faults.PROBLEMS.items() for problem in problems
              for number in range(loader[name], trace.counts.get(name, 0))]
    chosen = sample(points, chance)
    always = [("FAILING_SHORT",), ("FAILING_INTERRUPTED",)]
    last_read = ("pread64", trace.counts["pread64"], "EIO")  # SQLite calls it damage
    chosen = always + [last_read] + [point for point in chosen if point != last_read]
    return points + always, chosen, lambda *point: (sweep.error if len(point) > 1 else sweep.survived)(*point)


def memory(sweep, chance):
    sweep.prepare()
    points = [(whose, number + 1, *ever) for whose in ("others", "libcrypto") for ever in ((), ("ever",))
              for number in range(sweep.allocations(whose))]
    return points, sample(points, chance), sweep.no_memory


def order(sweep, _):
    """Of all that was on its way in one run, which must have renamed something."""
    trace = sweep.prepare()
    sweep.points = renames = syncs.judge(trace.calls)
    laws.expect(renames > 0, "nothing was renamed: does strace work here?")
    return [()] * renames, [()], lambda: None


KINDS = {"deaths": deaths, "errors": errors, "memory": memory, "syncs": order}


def main():
    kind, command = sys.argv[1:]
    # The same points for the same program, so that a change is judged by what it changed; nightly takes all.
    seed = os.environ.get("MTLSCA_SEED", "1")
    for variable in "MTLSCA_HOME", "MTLSCA_CA_PASS", "MTLSCA_KEY_PASS", "MTLSCA_P12_PASS":
        os.environ.pop(variable, None)
    os.umask(0o022)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # nothing is left behind then, either
    # What the kernel has it keeps when a process dies; a disk would only be waited for.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    scratch = tempfile.mkdtemp(dir=memory)
    failures = []
    try:
        sweep = Sweep(CASES[command](os.environ["MTLSCA"]), scratch)
        points, chosen, attempt = KINDS[kind](sweep, random.Random(f"{seed} {kind} {command}"))
        for point in chosen:
            try:
                attempt(*point)
            except laws.Broken as broken:
                failures.append(f"{kind} {command} at {' '.join(map(str, point))}: {broken}")
                print("FAILED:", failures[-1], flush=True)
        print(f"{kind} {command}: {sweep.points} of {len(points)} points, {sweep.known} of them left what others had "
              f"left, seed {seed}")
    finally:
        os.chdir("/")
        shutil.rmtree(scratch)
    sys.exit(1 if failures or not chosen else 0)


main()

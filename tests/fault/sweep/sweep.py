#!/usr/bin/env python3
"""sweep.py deaths COMMAND: dies at the N-th call of each name that the command makes to the system, and in the middle
of each write; afterwards all laws hold, and the same command, run again, comes to its end and leaves nothing behind.

A sample, whose seed is printed (MTLSCA_SEED repeats it); with MTLSCA_EVERY_POINT=1 all points.
"""

import os
import random
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True  # the sources stay as they are

import faults  # noqa: E402
import laws  # noqa: E402
from cases import CASES  # noqa: E402

SAMPLE = 16  # points of a command in CI


class Sweep:
    def __init__(self, case, scratch):
        self.case = case
        self.scratch = scratch
        self.before = None
        self.older = {}
        self.points = self.skipped = 0

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

    def is_untouched(self):
        return {path: laws.content_of(path) for path in laws.files_below(".")} == self.older

    def judge(self):
        """The laws right after, the same command again, the laws again."""
        laws.hold(self.case, self.before, self.older)
        self.case.again()
        laws.hold(self.case, self.before, self.older)
        laws.no_leftovers()

    def death(self, name, number):
        self.anew()
        if name == "half":
            status, said = faults.preloaded(self.case, os.environ["MTLSCA_TEST_DYING"], DYING_AT=number)
        else:
            status, said, _ = faults.traced(self.case, "-e", f"inject={name}:signal=KILL:when={number}")
        laws.expect(faults.is_killed(status) or status == self.case.ends_with, f"ended with {status}: {said}")
        self.points += 1
        if faults.is_killed(status) and self.is_untouched():
            self.skipped += 1  # as it was before: the laws hold as they held there
            return
        self.judge()

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
    return (chance.sample(changing, min(len(changing), SAMPLE * 3 // 4)) +
            chance.sample(others, min(len(others), SAMPLE // 4)))


def deaths(sweep, chance):
    trace = sweep.prepare()
    laws.expect(trace.counts.get("pwrite64", 0) > 3, "hardly anything was traced: does strace work here?")
    points = [(name, number + 1) for name, count in sorted(trace.counts.items()) for number in range(count)]
    points += [("half", number + 1) for number in range(sweep.half_writes())]
    chosen = sample(points, chance)
    return points, chosen, sweep.death


KINDS = {"deaths": deaths}


def main():
    kind, command = sys.argv[1:]
    seed = os.environ.get("MTLSCA_SEED") or str(random.SystemRandom().randrange(10**6))
    for variable in "MTLSCA_HOME", "MTLSCA_CA_PASS", "MTLSCA_KEY_PASS", "MTLSCA_P12_PASS":
        os.environ.pop(variable, None)
    os.umask(0o022)
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
        print(f"{kind} {command}: {sweep.points} of {len(points)} points, {sweep.skipped} before anything was changed, "
              f"seed {seed}")
    finally:
        os.chdir("/")
        shutil.rmtree(scratch)
    sys.exit(1 if failures or not chosen else 0)


main()

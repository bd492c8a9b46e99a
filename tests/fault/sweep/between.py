#!/usr/bin/env python3
"""between.py: `crl --if-due` is stopped before each look at a file, another one makes a publication due, and it goes on:
it ends well, whether it has seen that or not, and the next one publishes what it has not seen.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import laws  # noqa: E402
from cases import Crl  # noqa: E402

BUNDLE = "ca/crl/bundle.pem"
STOPPED = "--- stopped by SIGSTOP ---"


class IfDue(Crl):
    command = ("crl", "--if-due")


def look(case, number, change):
    """Stops it before its look of this number; False where it has less."""
    with open("../trace", "w+", encoding="utf-8") as trace:
        process = subprocess.Popen(
            ("strace", "-qq", "-o", "../trace", "-e", "trace=newfstatat", "-e", "signal=stop", "-e",
             f"inject=newfstatat:signal=STOP:when={number}", case.program, *case.command),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        text = ""
        while STOPPED not in text and process.poll() is None:
            time.sleep(0.001)  # until one of both
            text += trace.read()
    was_stopped = process.returncode is None
    if was_stopped:
        change()
        with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as children:
            os.kill(int(children.read()), signal.SIGCONT)
    said, _ = process.communicate()
    laws.expect(process.returncode == 0, f"at look {number} it ended with {process.returncode}: {said}")
    return was_stopped


def main():
    os.umask(0o022)
    scratch = tempfile.mkdtemp(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    case = IfDue(os.environ["MTLSCA"])
    try:
        os.mkdir(f"{scratch}/work")
        os.chdir(f"{scratch}/work")
        case.prepare()
        before = laws.Before(case.home)
        looks = unseen = 0
        while look(case, looks + 1, lambda: os.unlink(BUNDLE)):
            looks += 1
            unseen += not os.path.exists(BUNDLE)
            case.again()
            laws.hold(case, before, {})
        laws.expect(looks > 20 and unseen > 0, f"{unseen} of {looks} changes were not seen: does strace work here?")
        print(f"stopped at {looks} looks; {unseen} changes were left to the next one")
    finally:
        os.chdir("/")
        shutil.rmtree(scratch)


main()

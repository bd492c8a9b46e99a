"""How a command is made to fail at one point: by strace, which stops it at its N-th call of a name, and by what is
preloaded where strace cannot do it (half a write, an allocation)."""

import collections
import os
import re
import signal

from laws import run

CALL = re.compile(r"^(?:(\d+) +)?([a-z][a-z0-9_]*)\((.*)$")
INJECTED = re.compile(r"^(?:\d+ +)?([a-z0-9_]+)\((.*)\(INJECTED\)$", re.M)

# Calls that change what is on the disk: half of a sample is taken from these.
CHANGING = {"write", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "renameat", "renameat2", "unlink",
            "unlinkat", "mkdir", "openat", "fchmod", "linkat"}

# How a call may fail that looks at a file or changes one. EINTR of fsync(2), rename(2), unlink(2) and mmap(2) is
# nothing that Linux does; that of the others comes in one run (FAILING_INTERRUPTED).
FULL = ("ENOSPC", "EDQUOT", "EIO")
PROBLEMS = {"openat": ("EACCES", "EMFILE", "ENOSPC", "EIO"), "read": ("EIO",), "pread64": ("EIO",), "write": FULL,
            "pwrite64": FULL, "fsync": FULL, "fdatasync": FULL, "ftruncate": ("EIO", "ENOSPC"),
            "rename": ("EACCES", "ENOSPC", "EIO"), "renameat": ("EACCES", "ENOSPC", "EIO"),
            "renameat2": ("EACCES", "ENOSPC", "EIO"), "unlink": ("EACCES", "EIO"), "unlinkat": ("EACCES", "EIO"),
            "mmap": ("ENOMEM", "EACCES"), "mkdir": ("EACCES", "ENOSPC"), "fchmod": ("EPERM", "EIO")}

# Who may end the process where memory ends: OpenSSL 3.0 takes locks that it could not make, glibc 2.36 looks for a
# user's name in a database that it could not set up.
MORTAL = ("libcrypto", "getpwuid_r")


class Trace:
    """Counts per name, of the thread that has most of them: strace counts for each thread."""

    def __init__(self, text):
        by_thread = collections.Counter()
        self.calls = []
        for line in text.splitlines():
            match = CALL.match(line)
            if match and match.group(2) not in ("execve", "exit_group", "exit"):
                by_thread[match.group(1), match.group(2)] += 1
                self.calls.append((match.group(2), match.group(3)))
        self.counts = {}
        for (_, name), count in by_thread.items():
            self.counts[name] = max(count, self.counts.get(name, 0))

    def before_main(self):
        """The loader's calls: the program begins with forbidding core dumps (io::harden_process)."""
        counts = collections.Counter()
        for name, arguments in self.calls:
            if name == "prlimit64" and "RLIMIT_CORE" in arguments:
                return counts
            counts[name] += 1
        raise RuntimeError("no trace of harden_process: does strace work here?")


def traced(case, *options):
    follow = ("-f",) if case.threads else ()
    status, said = run("strace", *follow, "-y", "-qq", "-e", "signal=none", "-o", "../trace", *options, case.program,
                       *case.command)
    with open("../trace", encoding="utf-8", errors="replace") as file:
        return status, said, file.read()


def injected(case, name, fault):
    return traced(case, "-e", f"trace={name}", "-e", f"inject={name}:{fault}")


def preloaded(case, library, **variables):
    environment = dict(os.environ, LD_PRELOAD=library, **{name: str(value) for name, value in variables.items()})
    return run(case.program, *case.command, env=environment)


def is_killed(status):
    return status in (-signal.SIGKILL, 128 + signal.SIGKILL)


def injected_paths(trace):
    """Of the calls that failed (more than one where there are threads), as far as they have one."""
    return [path_of(call) for call in INJECTED.finditer(trace)]


def path_of(call):
    by_name = call.group(1) in ("openat", "unlink", "unlinkat", "mkdir") or call.group(1).startswith("rename")
    found = re.findall(r'"([^"]*)"' if by_name else r"<([^>]*)>", call.group(2))
    return found[-1 if by_name else 0] if found else ""


def names_of(path):
    """What a message may call it: the file, its folder, or the file that it is to become."""
    if path.startswith("pipe:"):
        return {"standard output", "what the command says"}
    if path == os.getcwd():
        return {": .: ", path}
    name = os.path.basename(path)
    target = re.sub(r"^\.(.+)\.\d{6}\.tmp$", r"\1", name)
    names = {target, re.sub(r"-(wal|shm|journal)$", "", target), os.path.basename(os.path.dirname(path)) or "memory"}
    return {one for one in names if one} | {"memory"}

"""The order of syncs, read in a trace: what gets a name is on the disk before, and the name is there before anything is
said about it."""

import os
import re

from laws import expect

PATHS = re.compile(r'(?:(?:\d+|AT_FDCWD)<([^>]*)>, )?"([^"]*)"')
FIRST = re.compile(r"^\d+<([^>]*)>")


def absolute(folder, name):
    return os.path.normpath(os.path.join(folder or os.getcwd(), name))


class Order:
    def __init__(self):
        self.unsynced_files = set()
        self.unsynced_folders = {}  # and what was renamed there
        self.renames = 0

    def renamed(self, source, target):
        dirty = [path for path in self.unsynced_files if path == source or path.startswith(source + "/")]
        expect(not dirty, f"{source} became {os.path.basename(target)} before {' '.join(dirty)} was on the disk")
        self.unsynced_folders[os.path.dirname(target)] = target
        self.renames += 1

    def synced(self, path):
        self.unsynced_files.discard(path)
        self.unsynced_folders.pop(path, None)

    def said(self):
        """To standard output: then it must be so, whatever happens to the power."""
        expect(not self.unsynced_folders, f"said, and the folder of {' '.join(self.unsynced_folders.values())} was not synced")

    def call(self, name, arguments):
        first = FIRST.match(arguments)
        path = first.group(1) if first else ""
        if name in ("write", "pwrite64"):
            if arguments.startswith("1<"):
                self.said()
            elif path.startswith("/") and not path.endswith("-shm") and ">(deleted)" not in arguments:
                # Not what has no name, nor an index that is made again from the log.
                self.unsynced_files.add(path)
        elif name == "syncfs":
            self.unsynced_files.clear()
        elif name in ("fsync", "fdatasync"):
            self.synced(path)
        elif name in ("unlink", "unlinkat"):
            gone = PATHS.search(arguments)
            if gone:
                self.unsynced_files.discard(absolute(*gone.groups()))
        elif name.startswith("rename"):
            (source, target) = (absolute(*found) for found in PATHS.findall(arguments)[:2])
            self.renamed(source, target)


def judge(calls):
    order = Order()
    for name, arguments in calls:
        if re.search(r"= -1 [A-Z]+", arguments) is None:
            order.call(name, arguments)
    order.said()
    return order.renames

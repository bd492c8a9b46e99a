#!/usr/bin/env python3
"""Requests that nobody sends in good faith, and some that only look so, laid out octet by octet.

python3 make.py DIR writes each to a file of its own, and DIR.table: the file, what is expected, what it is. They are
the same every day, so that they need not lie in the repository: what they are is in the modules beside this one.
"""
import pathlib
import sys

import extensions
import files
import keys
import names
import subjects


def all_cases():
    known = set()
    for module in (subjects, names, keys, extensions, files):
        for case in module.cases():
            assert case.file not in known, case.file
            known.add(case.file)
            yield case


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir()
    with open(f"{folder}.table", "w", encoding="utf-8") as table:
        for case in all_cases():
            (folder / case.file).write_bytes(case.content)
            table.write(f"{case.file}\t{case.outcome}\t{case.what}\n")


if __name__ == "__main__":
    main()

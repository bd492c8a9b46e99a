#!/usr/bin/env python3
"""terminal.py REPLY... -- COMMAND...: runs COMMAND on a terminal of its own and types a REPLY at each prompt, that is,
whenever its output stops behind ": ". Prints what was to be seen there, and ends as the command did."""
import os
import pty
import sys

replies = sys.argv[1:sys.argv.index("--")]
command = sys.argv[sys.argv.index("--") + 1:]

child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
seen = b""
while True:
    try:
        got = os.read(terminal, 4096)
    except OSError:  # the last one has closed the terminal
        break
    if not got:
        break
    seen += got
    if replies and seen.endswith(b": "):
        os.write(terminal, replies.pop(0).encode() + b"\n")
sys.stdout.write(seen.decode().replace("\r\n", "\n"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

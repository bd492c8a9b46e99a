#!/bin/bash
# SIGINT and SIGTERM at every point where a command changes a file, at a prompt, and while waiting: the CA stays sound.
. "$(dirname "$0")/setup.sh"

new_ca ca

for signal in INT TERM; do
    DYING_SIGNAL=$(kill -l $signal)
    export DYING_SIGNAL
    died=0
    for at in $(seq 1 3 200); do
        status=0
        dying "$at" mtlsca issue "$signal$at" --out out || status=$?
        [ $status = 0 ] && break
        [ $status = $((128 + DYING_SIGNAL)) ] || fail "issue ended with $status at SIG$signal"
        died=$((died + 1))
        sound ca out
        status=0
        dying "$at" mtlsca crl || status=$?
        [ $status = 0 ] || [ $status = $((128 + DYING_SIGNAL)) ] || fail "crl ended with $status at SIG$signal"
        sound ca
    done
    [ $died -gt 10 ] || fail "SIG$signal ended only $died commands"
    echo "SIG$signal ended $died commands"
done
expect 0 -- mtlsca crl
expect 0 -- mtlsca issue last --out out
no_leftovers ca

echo "while waiting for another command"
exec 9<ca
flock 9
mtlsca issue waiting --out out >/dev/null 2>&1 &
waiting=$!
# It waits when it has opened the folder a second time, to lock it.
until [ -n "$(find "/proc/$waiting/fd" -lname "$scratch/ca" 2>/dev/null)" ]; do
    kill -0 $waiting || fail "did not wait"
done
kill -TERM $waiting
status=0
wait $waiting || status=$?
[ $status = 143 ] || fail "ended with $status while waiting"
flock -u 9
[ "$(mtlsca list --json | jq 'map(select(.name == "waiting")) | length')" = 0 ] || fail "something was recorded"

echo "at a prompt: the terminal shows again what is typed"
python3 - <<'PYTHON' || fail "the terminal stays silent"
import os, pty, signal, sys, termios

child, terminal = pty.fork()
if child == 0:
    os.execvp("mtlsca", ["mtlsca", "--home", "prompted", "init", "--name", "Acme"])
seen = b""
while not seen.endswith(b": "):
    seen += os.read(terminal, 4096)
silent = not termios.tcgetattr(terminal)[3] & termios.ECHO
slave = os.open(f"/proc/{child}/fd/0", os.O_RDWR | os.O_NOCTTY)  # the shell's, which outlives the command
os.write(terminal, b"\x03")
status = os.waitpid(child, 0)[1]
shown = bool(termios.tcgetattr(slave)[3] & termios.ECHO)
print(f"silent at the prompt: {silent}, shown after Ctrl-C: {shown}, status {status}")
sys.exit(0 if silent and shown and os.WIFSIGNALED(status) else 1)
PYTHON
[ ! -e prompted ] || fail "half a CA"
sound ca out

#!/bin/sh
# valgrind.sh LOGS PROGRAM [ARGUMENT...]: the program under valgrind, which ends with 99 where it read what nobody
# wrote, wrote where nothing is, or lost memory. What it found lies in LOGS/PROCESS, for standard error is the
# program's.
logs=${1:?a folder for what was found}
shift
[ -d "$logs" ] || mkdir -p -m 1777 "$logs"
exec valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite \
    --errors-for-leak-kinds=definite --log-file="$logs/%p" "$@"

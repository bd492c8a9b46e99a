#!/bin/sh
# sh search.sh PROGRAM SECONDS SEED CORPUS FOLDER: a libFuzzer looks for inputs that break its law, from those in CORPUS
# on. FOLDER gets what it finds (found/), the inputs that reached something new (new/NAME/), its words (NAME.log) and a
# line of figures (NAME.report).
#
# With a SEED everything begins as it began the last time: on the same program it is the same search, only as far as the
# machine gets in that time. With 0 each run is another one and goes on from what the last one learned.
set -u
program=$1 seconds=$2 seed=$3 corpus=$4 folder=$5
name=$(basename "$program")
name=${name#fuzz_}
new=$folder/new/$name
log=$folder/$name.log
[ "$seed" = 0 ] || rm -rf "$new"
mkdir -p "$new" "$folder/found"

# An input may take as long as a busy machine needs for it: slowness of a machine is no find, an endless loop is.
started=$(date +%s)
"$program" -max_total_time="$seconds" -seed="$seed" -timeout=100 -print_final_stats=1 \
    -artifact_prefix="$folder/found/$name-" "$new" "$corpus" >"$log" 2>&1
status=$?
took=$(($(date +%s) - started))

figure() { sed -n "s/^stat::$1: *//p" "$log" | tail -n 1; }
covered() { sed -n "s/^#.* $1: \([0-9]*\) .*/\1/p" "$log" | tail -n 1; }
printf '%-18s %6s s %11s executions %7s edges %7s features %6s new inputs\n' "$name" "$took" \
    "$(figure number_of_executed_units)" "$(covered cov)" "$(covered ft)" "$(figure new_units_added)" \
    | tee "$folder/$name.report"
[ $status -ne 0 ] || exit 0

grep -v '^#' "$log" | tail -n 60
find=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
if [ -n "$find" ]; then
    echo "again: $program $find"
    largest=4096
    [ "$(wc -c <"$find")" -gt $largest ] || { echo "which is, in base64:" && base64 -w 100 "$find"; }
fi
exit 1

#!/bin/sh
# coverage.sh BUILD: which lines ran since the counts of BUILD (build/coverage) were removed, room by room, and which
# did not. 1 where fewer than 90 % of policy's, authority's, store's or deploy's did, or not every line of io: that room
# is what tells of full disks, lost permissions and breaking pipes, and a line of it that no test runs is such a message
# that nobody has read. `sh tests/run.sh coverage` calls it.
#
# A process that is killed, or ends by _exit(2), writes no counts: what the deaths of tests/fault run is not in them.
set -eu
build=${1:?the build folder}
cd "$(dirname "$0")/.."

report=$(mktemp)
trap 'rm -f "$report"' EXIT
gcovr --root . --filter lib/ --filter app/ --json-summary -o "$report" --txt "$build/coverage.txt" -j 2 "$build"
jq -r '
  def room: split("/") | if .[0] == "lib" and length > 2 then .[1] elif .[0] == "lib" then "words" else .[0] end;
  [.files[] | {room: (.filename | room), line_total, line_covered}] | group_by(.room)[]
  | [.[0].room, (map(.line_covered) | add), (map(.line_total) | add)]
  | "\(.[0]) \(.[1]) \(.[2]) \(.[1] * 1000 / .[2] | floor | . / 10)"' "$report" |
    awk 'BEGIN { printf "%-12s %8s %8s %7s\n", "room", "ran", "lines", "%" }
         { printf "%-12s %8d %8d %7.1f\n", $1, $2, $3, $4 }
         $1 ~ /^(policy|authority|store|deploy)$/ { seen++; if ($2 < 0.9 * $3) low = low ", " $1 " below 90 %" }
         $1 == "io" { seen++; if ($2 < $3) low = low ", " $3 - $2 " lines of io" }
         END {
             if (seen < 5) { print "rooms are missing: was anything run?"; exit 1 }
             if (low != "") { print "not enough ran: " substr(low, 3); exit 1 }
         }'
echo "lines that did not run: $build/coverage.txt"

#!/bin/sh
# older_schema.sh HOME VERSION: gives the CA in HOME a database as an older mtlsca made it: by the first VERSION files of
# schema/sqlite alone, with all rows that have a place there.
set -eu
home=$1 version=$2
schema=$(cd "$(dirname "$0")/../schema/sqlite" && pwd)
new=$home/mtlsca.db old=$home/old.db
rm -f "$old"
sqlite3 "$old" 'PRAGMA journal_mode = WAL' >/dev/null
sqlite3 "$old" "PRAGMA application_id = $(sqlite3 "$new" 'PRAGMA application_id')"
for number in $(seq "$version"); do
    sqlite3 "$old" <"$(ls "$schema"/000"$number"_*.sql)"
done
# All is asked before anything is written: who opens or closes a database in WAL mode keeps others out for a moment.
copies=$(
    tables=$(sqlite3 "$old" "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'schema_version'")
    for table in $tables; do
        columns=$(sqlite3 "$old" "SELECT group_concat(name, ', ') FROM pragma_table_info('$table')")
        echo "INSERT INTO main.$table ($columns) SELECT $columns FROM new.$table;"
    done
    seq "$version" | sed 's/.*/INSERT INTO main.schema_version VALUES (&);/'
)
sqlite3 "$old" "ATTACH '$new' AS new; BEGIN; $copies COMMIT;"
chmod 600 "$old"
rm -f "$new" "$new-wal" "$new-shm"
mv "$old" "$new"

# What batch may be given: rows as people write them, and an archive of GNU tar with a folder and a link in it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/sub"
printf 'one\n' >"$folder/a.csr"
printf 'another request\n' >"$folder/b.csr"
ln -s a.csr "$folder/link"
tar -C "$folder" -b1 --owner=0 --group=0 --mtime=@0 --sort=name --format=gnu -cf requests.tar .
printf '%s\r\n%s\n%s\n%s\n\n%s' 'name,san,ou,labels' 'alice,,Admin,"team=a;site=""north"""' \
    '"b,c",dns:b.example.com,,' '"open' 'last,"x",y' >rows.csv
printf '{"name":"alice","ou":["Admin"]}\n{"name":"bob"}\n' >rows.jsonl

#!/bin/sh
# man_pages.sh MTLSCA: the manual pages, --help, the settings and README.md say the same, and their examples work as
# typed.
#
# An example is a line that begins with "$ " in a page's EXAMPLES or in a ```console block of README.md. It must end
# with 0, or with N where "# exit N" stands behind it. Each page's run in a copy of one small CA, README's in an empty
# folder.
set -eu

mtlsca=$(realpath "$1")
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8
unset MTLSCA_HOME MTLSCA_CA_PASS MTLSCA_KEY_PASS MTLSCA_P12_PASS

# fail WORDS: told at once; the rest is checked all the same.
fail() {
    printf 'FAIL: %s\n' "$*" | tee -a "$work/failures"
}

# same WHAT LEFT RIGHT: two files of lines; tells each line that only one of them has.
same() {
    sort -u "$2" >"$work/left"
    sort -u "$3" >"$work/right"
    [ -s "$work/left" ] || fail "$1: nothing in $(basename "$2")"
    for line in $(comm -23 "$work/left" "$work/right"); do
        fail "$1: $line is in $(basename "$2") and not in $(basename "$3")"
    done
    for line in $(comm -13 "$work/left" "$work/right"); do
        fail "$1: $line is in $(basename "$3") and not in $(basename "$2")"
    done
}

# The options and the commands of one --help.
options_in_help() {
    "$mtlsca" "$@" --help | awk '/^[A-Z]/ { inside = /^Options:/ } inside && /^  -/ { gsub(",", "\n", $1); print $1 }'
}
commands_in_help() {
    "$mtlsca" "$@" --help | awk '/^[A-Z]/ { inside = /^Subcommands:/ } inside && /^  [a-z]/ { print $1 }'
}

# The options of the mdoc lines that PATTERN selects: ".It Fl h , Fl Fl help" → -h, --help.
options_in_page() {
    awk -v pattern="$2" '
        /^\.Sh/ { section = $2 }
        $0 ~ pattern && (pattern ~ /It/ || section == "SYNOPSIS") {
            sub(/^[.]/, "")
            for (i = 1; i <= NF; i++)
                if ($i == "Fl" && $(i + 1) == "Fl") { print "--" $(i + 2); i += 2 }
                else if ($i == "Fl") print "-" $(i + 1)
        }' "$1"
}

check_lint() {
    command -v mandoc >/dev/null || { fail "mandoc is not installed"; return; }
    for page in "$top"/man/*.[157]; do
        # Manuals of others need not be installed here; those of ours are looked for in man/.
        mandoc -T lint -W style "$page" 2>/dev/null | grep -v 'referenced manual not found' >"$work/lint" || true
        [ ! -s "$work/lint" ] || fail "$(cat "$work/lint")"
        sed -n 's/^\.Xr \(mtlsca[^ ]*\) \([0-9]\).*/\1.\2/p' "$page" | while read -r other; do
            [ -f "$top/man/$other" ] || fail "$page: there is no $other"
        done
    done
}

check_commands() {
    commands_in_help >"$work/help"
    (cd "$top/man" && printf '%s\n' mtlsca-*.1) | sed -n 's/^mtlsca-\([^-]*\)\.1$/\1/p' >"$work/man"
    same "commands" "$work/help" "$work/man"
    sed -n '/^The commands are/,/^The global options/s/^\.It Cm //p' "$top/man/mtlsca.1" >"$work/mtlsca.1"
    same "commands" "$work/help" "$work/mtlsca.1"
}

# check_page PAGE NAME COMMANDS...: the options of all these commands ("nginx:check"), which share the page.
check_page() {
    page=$1 name=$2
    shift 2
    : >"$work/all"
    for command in "$@"; do
        # shellcheck disable=SC2046
        options_in_help $(echo "$command" | tr : ' ') >>"$work/all"
        grep -q "^\.Nm mtlsca Cm $(echo "$command" | tr : ' ')\$" "$page" ||
            fail "$page: SYNOPSIS lacks mtlsca $command"
    done
    for kind in help page synopsis; do
        case $kind in
        help) cat "$work/all" ;;
        page) options_in_page "$page" '^[.]It Fl' ;;
        synopsis) options_in_page "$page" '^[.](Op )?Fl' ;;
        esac | grep -vxF -f "$work/global" >"$work/$kind" || true
    done
    if [ -s "$work/help" ] || [ -s "$work/page" ] || [ -s "$work/synopsis" ]; then
        same "mtlsca $name" "$work/help" "$work/page"
        same "mtlsca $name" "$work/help" "$work/synopsis"
    fi
    cat "$work/help" >>"$work/known"
}

# check_options COMMAND: of the command and of the commands below it, which share its page or have one of their own.
check_options() {
    shared=
    case $("$mtlsca" "$1" --help | grep '^Usage: ') in
    *" SUBCOMMAND") ;; # a word that only groups others
    *) shared=$1 ;;
    esac
    for word in $(commands_in_help "$1"); do
        if [ -f "$top/man/mtlsca-$1-$word.1" ]; then
            check_page "$top/man/mtlsca-$1-$word.1" "$1 $word" "$1:$word"
        else
            shared="$shared $1:$word"
        fi
    done
    # shellcheck disable=SC2086
    check_page "$top/man/mtlsca-$1.1" "$1" $shared
}

check_all_options() {
    options_in_help >"$work/global"
    options_in_page "$top/man/mtlsca.1" '^[.]It Fl' >"$work/page"
    same "global options" "$work/global" "$work/page"
    cp "$work/global" "$work/known"
    for command in $(commands_in_help); do
        check_options "$command"
    done
    # What the text says in passing: "Fl Fl if-due" and "crl --if-due".
    for page in "$top"/man/*.[157]; do
        sed 's/Fl Fl /--/g' "$page" | grep -oE -e '--[a-z][a-z0-9-]*' | sort -u | grep -vxF -f "$work/known" |
            while read -r option; do fail "$page: mtlsca knows no $option"; done
    done
}

# The keys of mtlsca.toml by table: of the page, of the file that init writes, and of the program, which lists them
# when it meets one that it does not know.
check_settings() {
    awk '/^\.Ss \[/ { table = $2; gsub(/[][]|[\\]&|\..*/, "", table) }
         /^\.Sh EXAMPLES/ { table = "" }
         table && /^\.It Cm / { print table "." $3 }' "$top/man/mtlsca.toml.5" >"$work/mtlsca.toml.5"
    awk '/^(# )?\[/ { table = $(NF > 1 ? 2 : 1); gsub(/[][]|\..*/, "", table) }
         /^#   [a-z]/ { sub(/^#   /, "") }
         table != "roles" && /^[a-z_]+(\.[A-Z]+)? = / { sub(/\..*/, "", $1); print table "." $1 }' \
        "$top/templates/mtlsca.toml" >"$work/template"
    "$mtlsca" --home "$work/settings" init --name Settings --no-passphrase >/dev/null
    awk '{ print } /^\[(ca|crl|ocsp|profiles.client)\]/ { print "nobody = 1" }' "$top/templates/mtlsca.toml" \
        >"$work/settings/mtlsca.toml"
    printf '[deploy.web]\nnobody = 1\n' >>"$work/settings/mtlsca.toml"
    sed -i 's/{{{[a-z_]*}}}/"Settings"/' "$work/settings/mtlsca.toml"
    "$mtlsca" --home "$work/settings" crl --if-due 2>"$work/unknown" && fail "an unknown key was accepted"
    sed -n 's/^ *error *\([a-z]*\).*nobody: .* known here: /\1 /p' "$work/unknown" | tr -d , |
        awk '{ for (i = 2; i <= NF; i++) print $1 "." $i }' >"$work/mtlsca"
    same "settings" "$work/mtlsca" "$work/mtlsca.toml.5"
    same "settings" "$work/mtlsca" "$work/template"
}

make_fixture() {
    mkdir -p "$work/bin" "$work/fixture"
    ln -s "$mtlsca" "$work/bin/mtlsca"
    # Whoever reads the pages has an nginx; here only its version counts, and that it can be told to reload.
    printf '#!/bin/sh\necho nginx version: nginx/1.22.1\n' >"$work/bin/nginx"
    chmod 755 "$work/bin/nginx"
    PATH=$work/bin:$PATH
    cd "$work/fixture"
    echo example >passphrase
    mtlsca init --name Acme --subject O=Acme --no-passphrase
    mtlsca issue www.example.com --profile server
    mtlsca issue alice --ou Admin
    mtlsca issue bob --ou Client
    openssl req -new -newkey rsa:2048 -nodes -subj /CN=carol -keyout carol.key -out carol.csr 2>/dev/null
}

examples_in_page() {
    awk '/^\.Sh/ { inside = $2 == "EXAMPLES" } inside' "$1" | sed 's/\\e/\\/g'
}
examples_in_readme() {
    awk '/^```/ { inside = $0 == "```console"; next } inside' "$1"
}

# run_examples NAME FOLDER: those in the file of examples, in one shell, one after the other.
run_examples() {
    sed -e ':join' -e '/\\$/{N;s/\\\n */ /;b join' -e '}' "$work/examples" | sed -n 's/^\$ //p' >"$work/commands"
    [ -s "$work/commands" ] || fail "$1: there is no example"
    awk '{ expected = match($0, /# exit [0-9]+$/) ? substr($0, RSTART + 7) : 0
           printf "{ %s\n} </dev/null >>\"$log\" 2>&1\necho $? %d >>\"$statuses\"\n", $0, expected }' \
        "$work/commands" >"$work/script"
    : >"$work/statuses"
    # shellcheck disable=SC1091,SC2034
    (set +e; cd "$2" && log=$work/log statuses=$work/statuses && . "$work/script") || true
    paste -d ' ' "$work/statuses" "$work/commands" >"$work/told"
    [ "$(wc -l <"$work/statuses")" -eq "$(wc -l <"$work/commands")" ] || fail "$1: the examples end early"
    while read -r status expected command; do
        [ -n "$command" ] || continue
        [ "$status" -eq "$expected" ] || fail "$1: status $status in place of $expected: $command"
    done <"$work/told"
}

check_examples() {
    (make_fixture) >"$work/log" 2>&1 || { cat "$work/log"; fail "the fixture could not be made"; return; }
    PATH=$work/bin:$PATH
    export MTLSCA_CA_PASS=file:passphrase MTLSCA_P12_PASS=file:passphrase
    for page in "$top"/man/*.[15]; do
        name=$(basename "$page")
        cp -r "$work/fixture" "$work/$name.d"
        examples_in_page "$page" >"$work/examples"
        # A block of settings is to be put into mtlsca.toml.
        awk '/^\[/ { inside = 1 } /^\.Ed/ { inside = 0 } inside' "$work/examples" >>"$work/$name.d/ca/mtlsca.toml"
        run_examples "$name" "$work/$name.d"
    done
    unset MTLSCA_CA_PASS MTLSCA_P12_PASS
    mkdir "$work/README.md.d"
    examples_in_readme "$top/README.md" >"$work/examples"
    run_examples README.md "$work/README.md.d"
}

check_lint
check_commands
check_all_options
check_settings
check_examples

[ ! -s "$work/failures" ] || { echo "$(wc -l <"$work/failures") failures; the last output:"; tail -n 40 "$work/log"; exit 1; }
echo "all well: $(printf '%s\n' "$top"/man/*.[157] | wc -l) pages"

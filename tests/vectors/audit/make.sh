#!/bin/bash
# The hashes of two audit entries, made as lib/store/audit/audit.h describes them with printf and sha256sum alone.
# The first is about serial ABCD, the second, one second before 1970, about none and without detail.
set -eu

number() { printf "$(printf '%0*x' "$2" "$1" | sed 's/../\\x&/g')"; }
field() { # of text
    number "$(printf %s "$1" | wc -c)" 8
    printf %s "$1"
}
zeros='\000\000\000\000\000\000\000\000'
hash() { sha256sum | cut -d' ' -f1; }

first=$({
    number 32 8 && printf "$zeros$zeros$zeros$zeros"
    number 8 8 && number 1 16
    number 8 8 && number 1800000000 16
    field init && field alice@host && field init
    number 2 8 && printf '\xab\xcd'
    field root
} | hash)
second=$({
    number 32 8 && printf "$(echo "$first" | sed 's/../\\x&/g')"
    number 8 8 && number 2 16
    number 8 8 && printf '\xff\xff\xff\xff\xff\xff\xff\xff'
    field init && field alice@host && field init
    number 0 8
    field ''
} | hash)
printf '%s\n%s\n' "$first" "$second"

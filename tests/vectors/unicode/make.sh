#!/bin/sh
# Ranges of the characters that a terminal obeys or does not show, out of perl's Unicode database (Debian 12:
# perl 5.36, Unicode 14): general categories Cc, Cf, Zl, Zp and the property Default_Ignorable_Code_Point.
set -eu
cd "$(dirname "$0")"
perl -e '
my ($first, $last);
for my $c (0 .. 0xd7ff, 0xe000 .. 0x10ffff) {
    next unless chr($c) =~ /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/;
    if (defined $last && $last == $c - 1) { $last = $c; next }
    printf "%04X %04X\n", $first, $last if defined $first;
    $first = $last = $c;
}
printf "%04X %04X\n", $first, $last;
' > hidden.txt

#!/bin/sh
# hardening.sh PROGRAM: what the compiler and the linker were told to protect is protected in what came out.
set -eu
program=$1
failed=0
# expect WHAT PATTERN: in what readelf says of the program.
expect() {
    printf '%s\n' "$said" | grep -qE "$2" || { echo "FAILED: $1: nothing of $2"; failed=1; }
}
# refuse WHAT PATTERN
refuse() {
    ! printf '%s\n' "$said" | grep -E "$2" || { echo "FAILED: $1"; failed=1; }
}

said=$(readelf -hlW "$program")
expect "position-independent" 'Type: +DYN \(Position-Independent Executable'
expect "relocations are read-only" 'GNU_RELRO'
expect "a stack that is not executable" 'GNU_STACK.* RW +0x'
refuse "writable code" 'LOAD .* RWE'
said=$(readelf -dW "$program")
expect "all symbols are bound at the start" 'FLAGS_1.* NOW.* PIE|FLAGS_1.* PIE.* NOW|BIND_NOW'
refuse "a path to search for libraries" '\((RPATH|RUNPATH)\)'
refuse "relocations in code" 'TEXTREL'
said=$(readelf --dyn-syms -W "$program")
expect "stack protectors" '__stack_chk_fail'
# Copies whose size the compiler cannot see the end of, checked as the program runs.
expect "checked functions" '__(memcpy|explicit_bzero|snprintf|vsnprintf|read)_chk'
# A stack that grows is touched page by page, so that it cannot jump over what guards it.
case $(uname -m) in
x86_64)
    said=$(objdump -d --no-show-raw-insn "$program" | grep -m 1 -E 'or[bq] +\$0x0,.*\(%rsp' || true)
    expect "probes of a growing stack" 'or[bq]'
    ;;
esac
exit $failed
